#compdef redress
# Completion of redress for zsh: source <(redress completions zsh), or a file _redress in a folder of fpath
_redress() {
    local -a found plain open
    local one value
    found=("${(@f)$(_CLAP_IFS=$'\n' _CLAP_COMPLETE_INDEX=$((CURRENT - 1)) REDRESS_COMPLETE=zsh \
        command redress -- "${(@)words[1,CURRENT-1]}" "$PREFIX" 2>/dev/null)}")
    for one in $found; do
        # a colon that no backslash stands before begins the description
        value=${${one//\\:/$'\x01'}%%:*}
        # what goes on behind `field=` has no space behind it
        if [[ $value == *[=/] ]]; then open+=("$one"); else plain+=("$one"); fi
    done
    (($#plain)) && _describe -V 'values' plain
    (($#open)) && _describe -V 'values' open -S ''
    return $((!($#plain + $#open)))
}
if [[ ${funcstack[1]} == _redress ]]; then _redress "$@"; else compdef _redress redress; fi
