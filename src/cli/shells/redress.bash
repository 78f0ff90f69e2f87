# Completion of redress for bash: source <(redress completions bash)
# bash splits words at `=` and `:`, which stand in assignments and keys: they are joined again as they were typed, and of what
# is offered only the part is handed back that bash replaces.
_redress() {
    local rest=${COMP_LINE:0:COMP_POINT} trimmed word i
    local -a words=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        trimmed=${rest#"${rest%%[![:space:]]*}"}
        word=${COMP_WORDS[i]}
        ((i == COMP_CWORD)) && word=$trimmed
        if ((i == 0)) || [[ $trimmed != "$rest" ]]; then
            words+=("$word")
        else
            words[${#words[@]}-1]+=$word
        fi
        rest=${trimmed#"$word"}
    done
    local current=${words[${#words[@]}-1]} kept='' sign before
    for sign in = :; do
        if [[ $COMP_WORDBREAKS == *"$sign"* && $current == *"$sign"* ]]; then
            before=${current%"${current##*"$sign"}"}
            ((${#before} > ${#kept})) && kept=$before
        fi
    done
    COMPREPLY=()
    local open=1
    while IFS= read -r word; do
        [[ -n $word ]] || continue
        [[ $word == *[=/:] ]] || open=0
        word=${word#"$kept"}
        [[ $word == *[[:space:]\'\"\\\$\&\;\|\<\>\(\)\`\*\?]* ]] && printf -v word %q "$word"
        COMPREPLY+=("$word")
    done < <(_CLAP_IFS=$'\n' _CLAP_COMPLETE_INDEX=$((${#words[@]} - 1)) REDRESS_COMPLETE=bash \
        command redress -- "${words[@]}" 2>/dev/null; echo)
    # what goes on behind `field=` has no space behind it
    ((open)) && compopt -o nospace 2>/dev/null
    return 0
}
if ((BASH_VERSINFO[0] > 4 || BASH_VERSINFO[0] == 4 && BASH_VERSINFO[1] >= 4)); then
    complete -o bashdefault -o nosort -F _redress redress
else
    complete -o bashdefault -F _redress redress
fi
