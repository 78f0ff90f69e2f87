//! In which pages the system hands out memory to this process. What is kept in it is not here.

/// Takes memory in small pages from now on, where the system can be told so. The allocator asks for huge ones; to clear one,
/// and to make room for it, takes a short command longer than all that it does with the few megabytes that it needs.
pub fn small_pages() {
    huge(false);
}

/// Takes memory in huge pages again: what reads many records would meet a fault for every four kilobytes.
pub fn huge_pages() {
    huge(true);
}

#[cfg(target_os = "linux")]
fn huge(wanted: bool) {
    // memory comes all the same where the system refuses
    rustix::thread::disable_transparent_huge_pages(!wanted).ok();
}

#[cfg(not(target_os = "linux"))]
fn huge(_wanted: bool) {}
