//! Long lists of masses by several threads.

use crate::number::int::Int;

/// A thread is worth starting for so many entries.
const WORTH_A_THREAD: usize = 1 << 16;

/// What each of at most so many threads makes of neighbouring entries, in the order of the entries.
pub(super) fn by_chunks<R: Send>(
    masses: &[(u64, Int)],
    threads: usize,
    work: impl Fn(&[(u64, Int)]) -> R + Sync,
) -> Vec<R> {
    let threads = threads.min(masses.len() / WORTH_A_THREAD).max(1);
    if threads == 1 {
        return vec![work(masses)];
    }
    std::thread::scope(|scope| {
        let work = &work;
        let chunks = masses.chunks(masses.len().div_ceil(threads));
        let running: Vec<_> = chunks.map(|chunk| scope.spawn(move || work(chunk))).collect();
        // A panic in a thread goes on in this one.
        running.into_iter().map(|t| t.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}
