# Completion of redress for fish: redress completions fish | source
function __redress_offer
    set -lx REDRESS_COMPLETE fish
    command redress -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token --cut-at-cursor) 2>/dev/null
end
complete --keep-order --no-files --command redress --arguments '(__redress_offer)'
