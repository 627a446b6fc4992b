# SPDX-License-Identifier: LGPL-2.1-or-later
# Completion of offhook in fish. What can stand where, offhook itself says.

function __offhook_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l option (string match -r -- '^--[^=]+=' $current)

    for line in ($words[1] __complete $words[2..-1] "$current" 2>/dev/null)
        if test "$line" = ":files"
            __fish_complete_path (string replace -- "$option" "" "$current")
        else
            printf '%s\n' "$option$line"
        end
    end
end

complete -c offhook -f -a '(__offhook_complete)'
