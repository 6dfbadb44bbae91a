/// MartletTests checks what the executable knows by itself: the files that its commands read. How the commands are typed, and what
/// the process does, is tested end to end (`Tests/EndToEnd`).
enum MartletTests {}
