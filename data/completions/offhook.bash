# SPDX-License-Identifier: LGPL-2.1-or-later
# Completion of offhook in bash. What can stand where, offhook itself says.

_offhook() {
	local current=${COMP_WORDS[COMP_CWORD]} word what
	local -a words=("${COMP_WORDS[@]:1:COMP_CWORD}")

	[[ $current == = ]] && current=
	COMPREPLY=()
	while IFS=$'\t' read -r word what; do
		if [[ $word == :files ]]; then
			compopt -o filenames
			mapfile -t COMPREPLY < <(compgen -f -- "$current")
		elif [[ $word == "$current"* ]]; then
			COMPREPLY+=("$word")
		fi
	done < <("$1" __complete "${words[@]}" 2>/dev/null)
}

complete -F _offhook offhook
