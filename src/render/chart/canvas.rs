//! A picture that is being made: shapes and words, with positions in the picture's own units.

use rust_decimal::prelude::ToPrimitive as _;

use crate::locale::Lang;
use crate::locale::text::{truncate, width};
use crate::render::markup::Markup;

/// The width of every picture, in its own units.
pub(super) const WIDTH: f64 = 720.0;
/// The size of words.
const SIZE: f64 = 12.0;
/// The greatest width of a character of one column, in the fonts of pages. Digits are such characters.
const NARROW: f64 = SIZE * 0.65;
/// The width of a character of two columns: a Chinese character is as wide as it is high.
const BROAD: f64 = SIZE * 1.02;
/// The distance from one line of words to the next.
pub(super) const LINE: f64 = 16.0;

/// Where words stand, relative to their position.
#[derive(Debug, Clone, Copy)]
pub(super) enum Anchor {
    /// They begin there.
    Start,
    /// They are centred there.
    Middle,
    /// They end there.
    End,
}

impl Anchor {
    const fn name(self) -> &'static str {
        match self {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        }
    }
}

/// The marks of points, so that series differ without colour.
const MARKS: usize = 6;

/// A picture.
#[derive(Debug)]
pub(super) struct Canvas {
    /// The language of words.
    pub lang: Lang,
    name: String,
    shapes: Markup,
    height: f64,
}

impl Canvas {
    /// An empty picture; its name is unique in the page.
    pub(super) fn new(name: String, lang: Lang) -> Canvas {
        Canvas { lang, name, shapes: Markup::default(), height: 0.0 }
    }

    /// Makes the picture at least this high.
    pub(super) fn reach(&mut self, bottom: f64) {
        self.height = self.height.max(bottom);
    }

    /// Draws a bar. Each series has its own pattern.
    pub(super) fn bar(&mut self, series: usize, [x, y]: [f64; 2], [wide, high]: [f64; 2], told: &str) {
        let (class, fill) = (format!("bar s{}", series % MARKS), format!("url(#{}-p{})", self.name, series % MARKS));
        let attributes = [
            ("class", Some(class.as_str())),
            ("x", Some(&*place(x))),
            ("y", Some(&*place(y))),
            ("width", Some(&*place(wide.max(0.0)))),
            ("height", Some(&*place(high.max(0.0)))),
        ];
        self.shapes.open("rect", &attributes).element("title", &[], told).close("rect");
        if series > 0 {
            let mut hatched = attributes;
            hatched[0] = ("fill", Some(&fill));
            self.shapes.open("rect", &hatched).close("rect");
        }
        self.reach(y + high);
    }

    /// Draws a straight line.
    pub(super) fn line(&mut self, class: &str, [x1, y1]: [f64; 2], [x2, y2]: [f64; 2]) {
        let attributes = [
            ("class", Some(class)),
            ("x1", Some(&*place(x1))),
            ("y1", Some(&*place(y1))),
            ("x2", Some(&*place(x2))),
            ("y2", Some(&*place(y2))),
        ];
        self.shapes.open("line", &attributes).close("line");
    }

    /// Draws a line through points. If a point is missing, the line has a gap.
    pub(super) fn path(&mut self, class: &str, points: &[Option<[f64; 2]>]) {
        let mut path = String::new();
        let mut pen_down = false;
        for point in points {
            if let Some([x, y]) = point {
                path.push_str(&format!("{}{} {} ", if pen_down { 'L' } else { 'M' }, place(*x), place(*y)));
            }
            pen_down = point.is_some();
        }
        self.shapes.open("path", &[("class", Some(class)), ("d", Some(path.trim_end()))]).close("path");
    }

    /// Draws the mark of a series at a point. A pointer on the mark shows `told`.
    pub(super) fn mark(&mut self, series: usize, [x, y]: [f64; 2], told: &str) {
        let class = format!("mark s{}", series % MARKS);
        let corners: &[[f64; 2]] = match series % MARKS {
            1 => &[[-3.5, -3.5], [3.5, -3.5], [3.5, 3.5], [-3.5, 3.5]],
            2 => &[[0.0, -4.5], [4.2, 3.2], [-4.2, 3.2]],
            3 => &[[0.0, -4.8], [4.8, 0.0], [0.0, 4.8], [-4.8, 0.0]],
            4 => &[[0.0, 4.5], [4.2, -3.2], [-4.2, -3.2]],
            5 => &[[-4.5, -1.5], [4.5, -1.5], [4.5, 1.5], [-4.5, 1.5]],
            _ => &[],
        };
        let (cx, cy) = (place(x), place(y));
        if corners.is_empty() {
            let circle = [("class", Some(class.as_str())), ("cx", Some(&*cx)), ("cy", Some(&*cy)), ("r", Some("3.5"))];
            self.shapes.open("circle", &circle).element("title", &[], told).close("circle");
            return;
        }
        let points: Vec<String> =
            corners.iter().map(|[dx, dy]| format!("{},{}", place(x + dx), place(y + dy))).collect();
        let polygon = [("class", Some(class.as_str())), ("points", Some(&*points.join(" ")))];
        self.shapes.open("polygon", &polygon).element("title", &[], told).close("polygon");
    }

    /// Draws a ring around a point that is a signal.
    pub(super) fn ring(&mut self, [x, y]: [f64; 2]) {
        let circle = [("class", Some("signal")), ("cx", Some(&*place(x))), ("cy", Some(&*place(y))), ("r", Some("8"))];
        self.shapes.open("circle", &circle).close("circle");
    }

    /// Writes words. Words that do not fit are cut with `…`, and a pointer on them shows them in full.
    pub(super) fn words(&mut self, class: &str, [x, y]: [f64; 2], anchor: Anchor, text: &str, room: f64) {
        let cut = fitted(text, room);
        let attributes = [
            ("class", Some(class)),
            ("x", Some(&*place(x))),
            ("y", Some(&*place(y))),
            ("text-anchor", Some(anchor.name())),
        ];
        self.shapes.open("text", &attributes).text(&cut);
        if cut != text {
            self.shapes.element("title", &[], text);
        }
        self.shapes.close("text");
        self.reach(y + 4.0);
    }

    /// Puts the picture on a page.
    pub(super) fn write(self, page: &mut Markup, title: &str, told: &str) {
        let view = format!("0 0 {} {}", place(WIDTH), place(self.height.ceil() + 4.0));
        let [titled, described] = ["title", "told"].map(|part| format!("{}-{part}", self.name));
        let labelled = format!("{titled} {described}");
        page.open("svg", &[("viewBox", Some(&view)), ("role", Some("img")), ("aria-labelledby", Some(&labelled))]);
        page.element("title", &[("id", Some(&titled))], title);
        page.element("desc", &[("id", Some(&described))], told);
        page.open("defs", &[]);
        for (at, lines) in PATTERNS.iter().enumerate() {
            let id = format!("{}-p{}", self.name, at + 1);
            let size = [("width", Some("8")), ("height", Some("8")), ("patternUnits", Some("userSpaceOnUse"))];
            page.open("pattern", &[&[("id", Some(id.as_str()))], &size[..]].concat());
            page.open("path", &[("class", Some("hatch")), ("d", Some(lines))]).close("path").close("pattern");
        }
        page.close("defs");
        page.append(self.shapes);
        page.close("svg");
    }
}

/// The hatchings of the second to the sixth series. The first series is plain.
const PATTERNS: [&str; 5] =
    ["M-2 2 L2 -2 M0 8 L8 0 M6 10 L10 6", "M0 4 H8", "M4 0 V8", "M-2 6 L2 10 M0 0 L8 8 M6 -2 L10 2", "M0 4 H8 M4 0 V8"];

/// A number of things, as a number in a picture.
pub(super) fn count(things: usize) -> f64 {
    u32::try_from(things).map_or(f64::MAX, f64::from)
}

/// The greatest width of words.
pub(super) fn measure(text: &str) -> f64 {
    let one = |c: char| match (c, width(c.encode_utf8(&mut [0; 4]))) {
        (_, 0) => 0.0,
        // characters that are as wide as they are high in most fonts
        ('%' | 'W' | 'M' | 'm' | '@' | '—' | '…', _) => BROAD,
        (_, 1) => NARROW,
        _ => BROAD,
    };
    text.chars().map(one).sum()
}

/// Words, cut to a width.
fn fitted(text: &str, room: f64) -> String {
    if measure(text) <= room {
        return text.to_owned();
    }
    // no more columns than this have room, so that a word of any length is cut in a few steps
    let most = (room.max(0.0) / (BROAD / 2.0)).to_usize().unwrap_or_default();
    let mut columns = width(text).min(most + 1).max(2);
    let mut cut = truncate(text, columns);
    while measure(&cut) > room && columns > 2 {
        columns -= 1;
        cut = truncate(text, columns);
    }
    cut
}

/// A position in the source of a picture. A tenth of a unit is finer than anybody can see.
fn place(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}
