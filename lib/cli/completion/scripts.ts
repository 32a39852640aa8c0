/**
 * What the shells load. All of them ask `deadbeat __complete WORDS…`, whose first line says what they are to add of their own
 * (`words`: nothing, `files`, `directories`); each other line is a word, and behind a tab what it is.
 */

/** A shell that has a script. */
export type Shell = 'bash' | 'zsh' | 'fish'

/** By shell. */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# Completion of deadbeat in bash: source <(deadbeat completion bash)
_deadbeat() {
  local breaks=\${COMP_WORDBREAKS//[^:=]/} words=() glue='' word quoted i
  # What bash cuts at : and = is one word here.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ -n $breaks && -n $word && -z \${word//[$breaks]/} && \${#words[@]} -gt 0 ]]; then
      words[-1]+=$word glue=yes
    elif [[ -n $glue ]]; then
      words[-1]+=$word glue=''
    else
      words+=("\${word#[\\"\\']}")
    fi
  done
  # It puts back only what stands behind the last of them.
  local whole=\${words[-1]} cut=''
  [[ -n $breaks && $whole == *[$breaks]* ]] && cut=\${whole%"\${whole##*[$breaks]}"}
  local lines=() paths=()
  mapfile -t lines < <("\${COMP_WORDS[0]}" __complete "\${words[@]}" 2>/dev/null)
  COMPREPLY=()
  for word in "\${lines[@]:1}"; do
    word=\${word%%$'\\t'*}
    # Whatever a daemon calls its items, the shell must not run it.
    printf -v quoted %q "$word"
    [[ \${COMP_WORDS[COMP_CWORD]} == [\\"\\']* && $quoted != "$word" ]] && continue
    COMPREPLY+=("\${quoted#"$cut"}")
  done
  case \${lines[0]} in
    files) mapfile -t paths < <(compgen -f -- "\${whole#"$cut"}") ;;
    directories) mapfile -t paths < <(compgen -d -- "\${whole#"$cut"}") ;;
  esac
  [[ \${#paths[@]} -gt 0 ]] && compopt -o filenames 2>/dev/null
  COMPREPLY+=("\${paths[@]}")
}
complete -F _deadbeat deadbeat
`,
  zsh: `#compdef deadbeat
# Completion of deadbeat in zsh: source <(deadbeat completion zsh), or as _deadbeat in a directory of $fpath
_deadbeat() {
  local -a lines found
  local line word about
  lines=("\${(@f)$("\${words[1]}" __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  for line in "\${(@)lines[2,-1]}"; do
    word=\${line%%$'\\t'*} about=\${line#*$'\\t'}
    found+=("\${word//:/\\\\:}:\${about}")
  done
  (( \${#found} )) && _describe -t words deadbeat found
  case \${lines[1]} in
    files) _files ;;
    directories) _files -/ ;;
  esac
}
if [[ \${funcstack[1]} == _deadbeat ]]; then
  _deadbeat "$@"
else
  compdef _deadbeat deadbeat
fi
`,
  fish: `# Completion of deadbeat in fish: deadbeat completion fish | source
function __deadbeat_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l lines ($words[1] __complete $words[2..-1] 2>/dev/null)
    printf '%s\\n' $lines[2..-1]
    switch "$lines[1]"
        case files
            __fish_complete_path (commandline -ct)
        case directories
            __fish_complete_directories (commandline -ct)
    end
end
complete -c deadbeat -f -a '(__deadbeat_complete)'
`,
}
