//! What is known of single records, shared by all that depend on them and outdated when they change.
//!
//! A [`Mark`] stands for "this record is as it was when it was read". It is taken before the snapshot of the read, so a
//! change that comes between reading and keeping is not missed: whoever holds the mark learns of it. Guarantees: a part
//! is read, and its policies are compiled, once however many principals share it; memory is bounded by what is held
//! elsewhere, since parts are kept here only as long as somebody holds them.

use std::any::Any;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use store::{Error, Key};

/// Entries below which nothing is swept.
const FEW: usize = 1_024;

/// Whether a record is still as it was read.
#[derive(Default)]
pub(crate) struct Mark {
    outdated: AtomicBool,
}

impl Mark {
    /// Whether nothing changed since the mark was taken.
    pub(crate) fn holds(&self) -> bool {
        !self.outdated.load(Ordering::Acquire)
    }

    fn outdate(&self) {
        self.outdated.store(true, Ordering::Release);
    }
}

/// What was made of a record.
pub(crate) struct Part<T> {
    pub(crate) mark: Arc<Mark>,
    pub(crate) value: T,
}

type AnyPart = dyn Any + Send + Sync;

/// All parts that somebody holds, by the encoded key of their record.
#[derive(Default)]
pub(crate) struct Parts {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    entries: HashMap<Box<[u8]>, Entry>,
    /// How many entries there may be before the dead ones are swept.
    limit: usize,
}

struct Entry {
    mark: Weak<Mark>,
    part: Option<Weak<AnyPart>>,
}

impl Parts {
    /// The part of a record: the one that is known, or what `load` makes of it. `load` must read a snapshot that it
    /// begins itself.
    pub(crate) fn get<T: Send + Sync + 'static>(
        &self,
        key: &Key,
        load: impl FnOnce() -> Result<T, Error>,
    ) -> Result<Arc<Part<T>>, Error> {
        let mark = match self.known(key) {
            Known::Part(part) => {
                return part.downcast().map_err(|_| Error::Damaged(format!("{key} is known as two things")));
            }
            Known::Mark(mark) => mark,
        };
        let part = Arc::new(Part { mark, value: load()? });
        self.keep(key, &part);
        Ok(part)
    }

    /// A mark for a record that is about to be read and is kept by the caller.
    pub(crate) fn mark(&self, key: &Key) -> Arc<Mark> {
        let mut inner = self.lock();
        inner.entries.get(key.as_bytes()).and_then(|entry| entry.mark.upgrade()).unwrap_or_else(|| inner.begin(key))
    }

    fn known(&self, key: &Key) -> Known {
        let mut inner = self.lock();
        if let Some(entry) = inner.entries.get(key.as_bytes()) {
            if let Some(part) = entry.part.as_ref().and_then(Weak::upgrade) {
                return Known::Part(part);
            }
            if let Some(mark) = entry.mark.upgrade() {
                return Known::Mark(mark);
            }
        }
        Known::Mark(inner.begin(key))
    }

    fn keep<T: Send + Sync + 'static>(&self, key: &Key, part: &Arc<Part<T>>) {
        let mut inner = self.lock();
        // An entry with another mark is of a later reading.
        if let Some(entry) = inner.entries.get_mut(key.as_bytes())
            && entry.mark.as_ptr() == Arc::as_ptr(&part.mark)
        {
            let part: Arc<AnyPart> = part.clone();
            entry.part = Some(Arc::downgrade(&part));
        }
    }

    /// Whoever holds something of these records learns that they changed.
    pub(crate) fn outdate<'k>(&self, keys: impl IntoIterator<Item = &'k [u8]>) {
        let mut inner = self.lock();
        for key in keys {
            if let Some(mark) = inner.entries.remove(key).and_then(|entry| entry.mark.upgrade()) {
                mark.outdate();
            }
        }
    }

    /// Whoever holds anything learns that it may have changed.
    pub(crate) fn outdate_all(&self) {
        for (_, entry) in self.lock().entries.drain() {
            if let Some(mark) = entry.mark.upgrade() {
                mark.outdate();
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn begin(&mut self, key: &Key) -> Arc<Mark> {
        let mark = Arc::<Mark>::default();
        self.sweep();
        self.entries.insert(key.as_bytes().into(), Entry { mark: Arc::downgrade(&mark), part: None });
        mark
    }

    /// Drops the entries that nobody holds, when there are twice as many entries as were held last time.
    fn sweep(&mut self) {
        if self.entries.len() >= self.limit.max(FEW) {
            self.entries.retain(|_, entry| entry.mark.strong_count() > 0);
            self.limit = self.entries.len() * 2;
        }
    }
}

enum Known {
    Part(Arc<AnyPart>),
    Mark(Arc<Mark>),
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::Space;

    fn key(name: &str) -> Key {
        Key::new(Space::system(), "test.thing").text(name)
    }

    fn read(parts: &Parts, name: &str, value: u32) -> Arc<Part<u32>> {
        parts.get(&key(name), || Ok(value)).unwrap()
    }

    #[test]
    fn a_part_is_read_once_while_somebody_holds_it_and_again_after_a_change() {
        let parts = Parts::default();
        let first = read(&parts, "a", 1);
        assert!(Arc::ptr_eq(&first, &read(&parts, "a", 2)));
        parts.outdate([key("b").as_bytes()]);
        assert!(first.mark.holds());
        parts.outdate([key("a").as_bytes()]);
        assert!(!first.mark.holds());
        let second = read(&parts, "a", 2);
        assert_eq!((second.value, second.mark.holds()), (2, true));
        drop(second);
        assert_eq!(read(&parts, "a", 3).value, 3, "nobody held it any more");
    }

    #[test]
    fn a_change_during_the_reading_is_not_missed() {
        let parts = Parts::default();
        let part = parts.get(&key("a"), || {
            parts.outdate([key("a").as_bytes()]);
            Ok(1)
        });
        assert!(!part.unwrap().mark.holds());
        assert_eq!(read(&parts, "a", 2).value, 2);
        let mark = parts.mark(&key("c"));
        parts.outdate_all();
        assert!(!mark.holds());
    }

    #[test]
    fn what_nobody_holds_is_swept() {
        let parts = Parts::default();
        let held: Vec<_> = (0..10).map(|n| read(&parts, &format!("held-{n}"), n)).collect();
        for n in 0..FEW * 3 {
            read(&parts, &n.to_string(), 0);
        }
        assert!(parts.lock().entries.len() <= FEW);
        assert!(held.iter().enumerate().all(|(n, part)| Arc::ptr_eq(part, &read(&parts, &format!("held-{n}"), 99))));
    }
}
