# Completion of redun for fish. The answers come from redun itself, so that they are those of the project.
function __redun_complete
    set -l typed (commandline -ct)
    set -l words (commandline -opc)
    command $words[1] _complete fish $words "$typed" 2>/dev/null
    if test $status -eq 3
        __fish_complete_path "$typed"
    end
end
complete -c redun -f -k -a '(__redun_complete)'
