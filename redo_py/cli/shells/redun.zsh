#compdef redun
# Completion of redun for zsh. The answers come from redun itself, so that they are those of the project.
_redun() {
    local line text told reply code
    local -a full told_full open told_open
    reply=$(command ${(Q)words[1]} _complete zsh "${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)
    code=$?
    for line in ${(f)reply}; do
        text=${line%%$'\t'*} told=${line#*$'\t'}
        if [[ $text == *[=/] ]]; then
            open+=("$text") told_open+=("${text}${told:+  -- $told}")
        else
            full+=("$text") told_full+=("${text}${told:+  -- $told}")
        fi
    done
    (($#full)) && compadd -l -d told_full -a full
    (($#open)) && compadd -S '' -l -d told_open -a open
    ((code == 3)) && _files
    return 0
}
if [[ $funcstack[1] == _redun ]]; then
    _redun "$@"
else
    compdef _redun redun
fi
