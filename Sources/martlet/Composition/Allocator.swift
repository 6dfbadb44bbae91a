import CMalloc

/// How the C library's allocator gives memory back.
enum Allocator {
    /// Called once, before the first request is served.
    ///
    /// Hashing a password takes 19 MiB for some milliseconds. glibc, left alone, learns from the first such block to keep
    /// blocks of that size in its heap for ever, once for each thread's arena; fixed thresholds return them to the system,
    /// and two arenas are enough for two event loops' worth of small objects.
    static func keepResidentMemorySmall() {
        _ = mallopt(M_MMAP_THRESHOLD, 1 << 20)
        _ = mallopt(M_TRIM_THRESHOLD, 1 << 20)
        _ = mallopt(M_ARENA_MAX, 2)
    }
}
