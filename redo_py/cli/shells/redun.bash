# Completion of redun for bash. The answers come from redun itself, so that they are those of the project.
_redun() {
    local cur reply
    COMPREPLY=()
    reply=$(command "$1" _complete bash "$COMP_LINE" "$COMP_POINT" "$COMP_WORDBREAKS" 2>/dev/null)
    if (($? == 3)); then
        compopt -o default 2>/dev/null
    fi
    while IFS= read -r cur; do
        [[ -n $cur ]] && COMPREPLY+=("$cur")
    done <<<"$reply"
    if ((${#COMPREPLY[@]} == 1)) && [[ ${COMPREPLY[0]} == *[=/] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -o nosort -F _redun redun 2>/dev/null || complete -F _redun redun
