//! Numbers for texts, in order of first mention. One type for every look-up keeps components small.

/// Texts, each once, with their numbers. Open addressing with a fixed hash (FNV-1a): no random seed, the same on
/// every machine.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    names: Vec<String>,
    /// Number + 1, or 0 where a slot is free; a power of two of them, at most half full.
    slots: Vec<u32>,
}

impl Names {
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        let slot = *self.slots.get(self.slot(name)?)?;
        (slot as usize).checked_sub(1)
    }

    /// The number of the text, and whether it is new.
    pub(crate) fn number(&mut self, name: &str) -> (usize, bool) {
        if let Some(number) = self.find(name) {
            return (number, false);
        }
        let number = self.names.len();
        self.names.push(name.to_owned());
        if 2 * self.names.len() > self.slots.len() {
            self.slots = vec![0; (4 * self.names.len()).next_power_of_two()];
            for number in 0..number {
                self.enter(number);
            }
        }
        self.enter(number);
        (number, true)
    }

    /// The texts in the order of their numbers.
    pub(crate) fn into_texts(self) -> Vec<String> {
        self.names
    }

    fn enter(&mut self, number: usize) {
        if let Some(slot) = self.slot(&self.names[number]) {
            self.slots[slot] = u32::try_from(number + 1).unwrap_or(0);
        }
    }

    /// The slot that holds the text, or the free one where it would go.
    fn slot(&self, name: &str) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let hash = name
            .bytes()
            .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        let mut at = hash as usize & mask;
        while let Some(number) = (self.slots[at] as usize).checked_sub(1) {
            if self.names[number] == name {
                break;
            }
            at = (at + 1) & mask;
        }
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn texts_keep_the_number_of_their_first_mention() {
        let mut names = Names::default();
        assert_eq!(names.find("a"), None);
        for round in 0..2 {
            for number in 0..1000 {
                assert_eq!(names.number(&format!("name {number}")), (number, round == 0));
            }
        }
        assert_eq!(names.find("name 999"), Some(999));
        assert_eq!(names.find("name 1000"), None);
        assert_eq!(names.into_texts().len(), 1000);
    }
}
