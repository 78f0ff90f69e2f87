//! How many records of each kind an invented book has. The numbers are data under `stories/`, for the presets that
//! need them.

/// The numbers by preset: in each line a kind and its number for a hundred cases.
static SHARES: &[(&str, &str)] = &[
    ("agency", include_str!("stories/agency.shares")),
    ("manufacturer", include_str!("stories/manufacturer.shares")),
    ("property", include_str!("stories/property.shares")),
    ("service-desk", include_str!("stories/service-desk.shares")),
    ("vip-sales", include_str!("stories/vip-sales.shares")),
    ("terminals", include_str!("stories/terminals.shares")),
];
/// The number of records for a hundred cases, if the file does not say.
const USUAL: usize = 20;

/// How many records of each kind there are for a hundred cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shares(Vec<(String, usize)>);

impl Shares {
    /// The numbers of a preset.
    pub fn of(preset: &str) -> Self {
        let text = SHARES.iter().find(|(name, _)| *name == preset).map_or("", |(_, text)| text);
        Shares::read(text)
    }

    /// Reads lines of `KIND NUMBER`. Empty lines, lines with `#` and lines of another form are skipped.
    pub fn read(text: &str) -> Self {
        let line = |line: &str| {
            let (kind, number) = line.split_once(' ')?;
            Some((kind.to_owned(), number.trim().parse().ok()?))
        };
        Shares(text.lines().filter(|text| !text.starts_with('#')).filter_map(line).collect())
    }

    /// How many records of a kind there are for a number of cases: at least one, unless its share is 0.
    pub fn count(&self, kind: &str, cases: usize) -> usize {
        let share = self.0.iter().find(|(name, _)| name == kind).map_or(USUAL, |(_, share)| *share);
        match share {
            0 => 0,
            share => (cases * share).div_ceil(100),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{SHARES, Shares};

    #[test]
    fn a_share_is_of_a_hundred_cases() {
        let shares = Shares::read("# a comment\ncontract 10\nsurvey 1\nclosed 0\n");
        let counts = ["contract", "survey", "closed", "other"].map(|kind| shares.count(kind, 250));
        assert_eq!(counts, [25, 3, 0, 50]);
        for (preset, text) in SHARES {
            let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count();
            assert_eq!(Shares::of(preset).0.len(), lines, "{preset}: KIND NUMBER");
        }
    }
}
