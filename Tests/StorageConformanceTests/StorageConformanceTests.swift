// StorageConformanceTests
