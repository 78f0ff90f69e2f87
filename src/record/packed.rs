//! Records as compact bytes, from which a record is made in a fraction of the time that its YAML takes. The index
//! keeps records so, and an operation keeps those so that it has finished with.
//!
//! The bytes belong to one build of the program and to the shape of a kind: fields are numbered in declared order.
//! The id and the kind of a record are not among them.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Timelike};
use rust_decimal::Decimal;

use super::unknown::Within;
use super::{Event, FieldId, Fields, FileRef, Id, Overruled, Record, Unknown, Value};
use crate::calendar::Moment;

/// The kinds of values, each with its number.
mod tag {
    pub(super) const TEXT: u8 = 0;
    pub(super) const COUNT: u8 = 1;
    pub(super) const DECIMAL: u8 = 2;
    pub(super) const MONEY: u8 = 3;
    pub(super) const DATE: u8 = 4;
    pub(super) const TIME: u8 = 5;
    pub(super) const NO: u8 = 6;
    pub(super) const YES: u8 = 7;
    pub(super) const REF: u8 = 8;
    pub(super) const FILE: u8 = 9;
    pub(super) const LIST: u8 = 10;
    pub(super) const GROUP: u8 = 11;
}

/// What an event may have besides its time, person and step. Each has a bit.
mod has {
    pub(super) const NOTED: u64 = 1;
    pub(super) const FOR: u64 = 1 << 1;
    pub(super) const ENTERED: u64 = 1 << 2;
    pub(super) const TO: u64 = 1 << 3;
    pub(super) const RUNNING: u64 = 1 << 4;
    pub(super) const VIA: u64 = 1 << 5;
    pub(super) const KEY: u64 = 1 << 6;
    pub(super) const SET: u64 = 1 << 7;
    pub(super) const WAS: u64 = 1 << 8;
    pub(super) const HAD: u64 = 1 << 9;
    pub(super) const HOLDS: u64 = 1 << 10;
    pub(super) const NOTE: u64 = 1 << 11;
    pub(super) const UNKNOWN: u64 = 1 << 12;
}

/// Groups and lists lie in one another as deep as shapes do. Damaged bytes must not go deeper.
const DEEPEST: usize = 32;

impl Record {
    /// The record as compact bytes.
    pub fn pack(&self) -> Vec<u8> {
        pack(self)
    }

    /// The record of these bytes, with this id and of this kind. `None` if the bytes are damaged.
    pub fn unpack(bytes: &[u8], id: &Id, kind: &str) -> Option<Record> {
        unpack(bytes, id, kind)
    }
}

fn pack(record: &Record) -> Vec<u8> {
    let mut out = Packer { texts: String::with_capacity(1024), rest: Vec::with_capacity(256) };
    out.text(&record.state);
    out.text(record.rules.as_deref().unwrap_or_default());
    out.fields(&record.fields);
    out.number(record.history.len() as u64);
    record.history.iter().for_each(|event| out.event(event));
    out.number(record.overruled.len() as u64);
    for one in &record.overruled {
        out.number(one.after as u64);
        out.event(&one.event);
        out.named(&one.values);
    }
    let mut all = Packer { texts: String::new(), rest: Vec::with_capacity(out.texts.len() + out.rest.len() + 5) };
    all.number(out.texts.len() as u64);
    all.rest.extend_from_slice(out.texts.as_bytes());
    all.rest.extend_from_slice(&out.rest);
    all.rest
}

fn unpack(bytes: &[u8], id: &Id, kind: &str) -> Option<Record> {
    let mut read = Reader { texts: "", rest: bytes };
    let length = usize::try_from(read.number()?).ok()?;
    read.texts = std::str::from_utf8(read.take(length)?).ok()?;
    let state = read.text()?;
    let rules = Some(read.text()?).filter(|rules| !rules.is_empty());
    let fields = read.fields(0)?;
    let history = read.many(Reader::event)?;
    let overruled = read.many(|read| {
        let after = usize::try_from(read.number()?).ok()?;
        Some(Overruled { after, event: read.event()?, values: read.named()? })
    })?;
    (read.rest.is_empty() && read.texts.is_empty()).then(|| Record {
        id: id.clone(),
        kind: kind.to_owned(),
        state,
        rules,
        fields,
        history,
        overruled,
    })
}

/// Texts are kept one after another, so that they are checked at once. Their lengths are among the rest.
struct Packer {
    texts: String,
    rest: Vec<u8>,
}

impl Packer {
    fn number(&mut self, mut number: u64) {
        while number > 0x7f {
            self.rest.push(number.to_le_bytes()[0] | 0x80);
            number >>= 7;
        }
        self.rest.push(number.to_le_bytes()[0]);
    }

    /// A number that may be negative. Small ones of both signs take few bytes.
    fn signed(&mut self, number: i64) {
        self.number((number << 1).cast_unsigned() ^ (number >> 63).cast_unsigned());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.texts.push_str(text);
    }

    fn moment(&mut self, at: &Moment) {
        self.signed(at.timestamp());
        self.number(u64::from(at.nanosecond()));
        self.signed(i64::from(at.offset().local_minus_utc()));
    }

    fn fields(&mut self, fields: &Fields) {
        let unknown = fields.unknown();
        self.number((fields.iter().count() as u64) << 1 | u64::from(!unknown.is_empty()));
        for (field, value) in fields.iter() {
            self.number(u64::from(field.0));
            self.value(value);
        }
        if !unknown.is_empty() {
            self.number(unknown.len() as u64);
            unknown.iter().for_each(|unknown| self.unknown(unknown));
        }
    }

    fn unknown(&mut self, unknown: &Unknown) {
        self.number(u64::from(unknown.behind));
        self.text(&unknown.key);
        self.text(&unknown.text);
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Text(text) => self.tagged(tag::TEXT).text(text),
            Value::Count(count) => self.tagged(tag::COUNT).number(*count),
            Value::Decimal(decimal) => self.tagged(tag::DECIMAL).rest.extend_from_slice(&decimal.serialize()),
            Value::Money(amount) => self.tagged(tag::MONEY).rest.extend_from_slice(&amount.serialize()),
            Value::Date(date) => self.tagged(tag::DATE).signed(i64::from(date.num_days_from_ce())),
            Value::Time(at) => self.tagged(tag::TIME).moment(at),
            Value::Bool(yes) => self.rest.push(if *yes { tag::YES } else { tag::NO }),
            Value::Ref(id) => self.tagged(tag::REF).text(id.as_str()),
            Value::File(file) => {
                let out = self.tagged(tag::FILE);
                out.text(&file.name);
                out.text(&file.digest);
            }
            Value::List(values) => {
                self.tagged(tag::LIST).number(values.len() as u64);
                values.iter().for_each(|value| self.value(value));
            }
            Value::Group(fields) => self.tagged(tag::GROUP).fields(fields),
        }
    }

    /// Values with the names of their fields.
    fn named(&mut self, values: &[(String, Value)]) {
        self.number(values.len() as u64);
        for (field, value) in values {
            self.text(field);
            self.value(value);
        }
    }

    fn tagged(&mut self, tag: u8) -> &mut Self {
        self.rest.push(tag);
        self
    }

    fn event(&mut self, event: &Event) {
        let Event { at, noted, by, for_, entered, step, to, running, via, key, set, was, had, holds, note, unknown } =
            event;
        let bits = [
            (noted.is_some(), has::NOTED),
            (for_.is_some(), has::FOR),
            (entered.is_some(), has::ENTERED),
            (to.is_some(), has::TO),
            (*running, has::RUNNING),
            (via.is_some(), has::VIA),
            (key.is_some(), has::KEY),
            (!set.is_empty(), has::SET),
            (!was.is_empty(), has::WAS),
            (!had.is_empty(), has::HAD),
            (!holds.is_empty(), has::HOLDS),
            (note.is_some(), has::NOTE),
            (!unknown.is_empty(), has::UNKNOWN),
        ];
        self.number(bits.iter().filter(|(has, _)| *has).map(|(_, bit)| bit).sum());
        self.moment(at);
        self.text(by.as_str());
        self.text(step);
        noted.iter().for_each(|at| self.moment(at));
        for_.iter().chain(entered).for_each(|id| self.text(id.as_str()));
        [to, via, key, note].into_iter().flatten().for_each(|text| self.text(text));
        if !set.is_empty() {
            self.number(set.len() as u64);
            set.iter().for_each(|field| self.text(field));
        }
        if !was.is_empty() {
            self.named(was);
        }
        if !had.is_empty() {
            self.number(had.len() as u64);
            for (field, lines) in had {
                self.text(field);
                self.number(*lines as u64);
            }
        }
        if !holds.is_empty() {
            self.number(holds.len() as u64);
            for (deadline, held) in holds {
                self.text(deadline);
                self.rest.push(u8::from(*held));
            }
        }
        if !unknown.is_empty() {
            self.number(unknown.len() as u64);
            for (within, unknown) in unknown {
                self.rest.push(*within as u8);
                self.unknown(unknown);
            }
        }
    }
}

/// What is not read yet.
struct Reader<'b> {
    texts: &'b str,
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    fn str(&mut self) -> Option<&'b str> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.texts.split_at_checked(length)?;
        self.texts = rest;
        Some(text)
    }

    fn text(&mut self) -> Option<String> {
        self.str().map(str::to_owned)
    }

    fn id(&mut self) -> Option<Id> {
        self.str()?.parse().ok()
    }

    fn moment(&mut self) -> Option<Moment> {
        let (seconds, nanoseconds) = (self.signed()?, u32::try_from(self.number()?).ok()?);
        let offset = FixedOffset::east_opt(i32::try_from(self.signed()?).ok()?)?;
        Some(DateTime::from_timestamp(seconds, nanoseconds)?.with_timezone(&offset))
    }

    /// Several of something, with their count before them.
    fn many<T>(&mut self, mut one: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        // each takes at least a byte
        let count = usize::try_from(self.number()?).ok().filter(|count| *count <= self.rest.len())?;
        let mut all = Vec::with_capacity(count);
        for _ in 0..count {
            all.push(one(self)?);
        }
        Some(all)
    }

    fn fields(&mut self, depth: usize) -> Option<Fields> {
        let counted = self.number()?;
        let count = usize::try_from(counted >> 1).ok().filter(|count| *count <= self.rest.len())?;
        let mut fields = Fields::with_capacity(count);
        for _ in 0..count {
            let field = FieldId(u16::try_from(self.number()?).ok()?);
            fields.set(field, self.value(depth)?);
        }
        if counted & 1 > 0 {
            fields.keep(self.many(Self::unknown)?);
        }
        Some(fields)
    }

    fn unknown(&mut self) -> Option<Unknown> {
        Some(Unknown { behind: u16::try_from(self.number()?).ok()?, key: self.text()?, text: self.text()? })
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        let decimal = |read: &mut Self| Some(Decimal::deserialize(read.take(16)?.try_into().ok()?));
        Some(match self.byte()? {
            tag::TEXT => Value::Text(self.text()?),
            tag::COUNT => Value::Count(self.number()?),
            tag::DECIMAL => Value::Decimal(decimal(self)?),
            tag::MONEY => Value::Money(decimal(self)?),
            tag::DATE => Value::Date(NaiveDate::from_num_days_from_ce_opt(i32::try_from(self.signed()?).ok()?)?),
            tag::TIME => Value::Time(self.moment()?),
            tag::NO => Value::Bool(false),
            tag::YES => Value::Bool(true),
            tag::REF => Value::Ref(self.id()?),
            tag::FILE => Value::File(FileRef { name: self.text()?, digest: self.text()? }),
            tag::LIST => Value::List(self.many(|read| read.value(depth + 1))?),
            tag::GROUP => Value::Group(self.fields(depth + 1)?),
            _ => return None,
        })
    }

    fn named(&mut self) -> Option<Vec<(String, Value)>> {
        self.many(|read| Some((read.text()?, read.value(0)?)))
    }

    fn event(&mut self) -> Option<Event> {
        let bits = self.number()?;
        let has = |bit| bits & bit > 0;
        let (at, by, step) = (self.moment()?, self.id()?, self.text()?);
        let mut event = Event::new(at, by, step);
        event.running = has(has::RUNNING);
        if has(has::NOTED) {
            event.noted = Some(self.moment()?);
        }
        if has(has::FOR) {
            event.for_ = Some(self.id()?);
        }
        if has(has::ENTERED) {
            event.entered = Some(self.id()?);
        }
        if has(has::TO) {
            event.to = Some(self.text()?);
        }
        if has(has::VIA) {
            event.via = Some(self.text()?);
        }
        if has(has::KEY) {
            event.key = Some(self.text()?);
        }
        if has(has::NOTE) {
            event.note = Some(self.text()?);
        }
        if has(has::SET) {
            event.set = self.many(Self::text)?;
        }
        if has(has::WAS) {
            event.was = self.named()?;
        }
        if has(has::HAD) {
            event.had = self.many(|read| Some((read.text()?, usize::try_from(read.number()?).ok()?)))?;
        }
        if has(has::HOLDS) {
            event.holds = self.many(|read| Some((read.text()?, read.byte()? > 0)))?;
        }
        if has(has::UNKNOWN) {
            let one = |read: &mut Self| Some((*Within::ALL.get(usize::from(read.byte()?))?, read.unknown()?));
            event.unknown = self.many(one)?.into_boxed_slice();
        }
        Some(event)
    }
}
