//! A progress bar for long work, only on terminals: never in scripts, pipes or JSON.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::context::Context;

/// How often the bar is drawn, in times a second.
const HERTZ: u8 = 10;
const TEMPLATE: &str = "{msg} [{bar:30}] {human_pos}/{human_len} {eta}";

/// A bar over this many items, with a word for what is done. If nobody would see it, it draws nothing.
pub(super) fn bar(context: &Context, total: usize, word: &str) -> ProgressBar {
    let flags = &context.flags;
    let seen = context.terminal.error && !flags.json && !flags.quiet;
    let target = if seen { ProgressDrawTarget::stderr_with_hz(HERTZ) } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(u64::try_from(total).ok(), target).with_message(word.to_owned());
    match ProgressStyle::with_template(TEMPLATE) {
        Ok(style) => bar.with_style(style.progress_chars("=> ")),
        // a test checks the template; without it the bar has the library's style
        Err(_) => bar,
    }
}

#[cfg(test)]
mod tests {
    use super::TEMPLATE;
    use indicatif::ProgressStyle;

    #[test]
    fn the_template_is_right() {
        assert!(ProgressStyle::with_template(TEMPLATE).is_ok());
    }
}
