//! The neutral model of output: typed values with labels in every language, never formatted text.
//!
//! `list`, `due`, `show`, `policy show` and all reports build it. Every format of `render` draws it.
//!
//! ```
//! use redress::locale::Label;
//! use redress::model::{Cell, Column, Table, cells};
//!
//! let mut table = Table::new([
//!     Column::text("client", Label::new("client", "客户")),
//!     Column::count("open", Label::new("open", "未结")),
//! ]);
//! table.row(cells!["杭州精密机械", 3]);
//! table.total(cells![Cell::Empty, 3]);
//! assert_eq!(table.rows.len(), 2);
//! ```

mod cell;
mod chart;
mod column_type;
mod figure;
mod identity;
mod misfit;
mod report;
mod section;
mod table;

pub use cell::{Cell, Ratio};
pub use chart::Chart;
pub use column_type::ColumnType;
pub use figure::{Figure, Part, ReportPeriod};
pub use identity::{Amount, Identity, Term};
pub use misfit::Misfit;
pub use report::{Facts, Level, Note, Report};
pub use section::{Body, Field, Section};
pub use table::{Column, Role, Row, Table, Tone};

pub use crate::cells;
