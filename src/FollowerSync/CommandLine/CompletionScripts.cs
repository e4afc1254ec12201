namespace FollowerSync.CommandLine;

/// <summary>The scripts of <see cref="CompletionVerb"/>. Each hands the line before the word at the cursor to the program's <c>[suggest]</c>, which answers a suggestion a line.
/// An account may have any name: no script lets a shell expand what was answered, and each quotes it for the line.</summary>
internal static class CompletionScripts
{
    // Not compgen -W, which runs what stands in $( ) of a suggestion.
    public const string Bash =
        """
        # bash completion for followersync: source <(followersync completion bash)
        _followersync() {
            local line=${COMP_LINE:0:COMP_POINT} program=$1 word quote= suggestion
            # Without the word at the cursor: of what is suggested, what begins with it is picked here.
            if [[ $line == *"${COMP_WORDS[COMP_CWORD]}" ]]; then line=${line%"${COMP_WORDS[COMP_CWORD]}"}; else line=${line%"${line##*[[:space:]]}"}; fi
            line=${line#*[[:space:]]}
            [[ $program == '~/'* ]] && program=$HOME/${program:2}
            COMPREPLY=()
            # What of the word stands before the cursor, without the quoting it was typed with.
            word=$2
            if [[ ${COMP_WORDS[COMP_CWORD]} == [\"\']* ]]; then
                quote=${COMP_WORDS[COMP_CWORD]:0:1}
                word=${COMP_WORDS[COMP_CWORD]:1}
            else
                word=${word//\\/}
            fi
            while IFS= read -r suggestion; do
                [[ -n $suggestion && $suggestion != [-/]? && ${suggestion:0:${#word}} == "$word" ]] || continue
                case $quote in
                    \") suggestion=${suggestion//\\/\\\\}; suggestion=${suggestion//\"/\\\"}; suggestion=${suggestion//\$/\\\$}; suggestion=${suggestion//\`/\\\`} ;;
                    \') suggestion=${suggestion//\'/\'\\\'\'} ;;
                    *) printf -v suggestion %q "$suggestion" ;;
                esac
                COMPREPLY+=("$suggestion")
            done < <("$program" '[suggest]' "$line" 2>/dev/null)
        }
        complete -o default -F _followersync followersync

        """;

    public const string Zsh =
        """
        #compdef followersync
        # zsh completion for followersync: source <(followersync completion zsh)
        _followersync() {
            local program=${(Q)words[1]} line="${(j: :)words[2,CURRENT-1]}"
            [[ $program == '~/'* ]] && program=$HOME/${program:2}
            local -a suggestions
            [[ -n $line ]] && line+=' '
            suggestions=("${(@f)$("$program" '[suggest]' "$line" 2>/dev/null)}")
            suggestions=("${(@)suggestions:#}")
            suggestions=("${(@)suggestions:#[-\/]?}")
            if (( ${#suggestions} )); then
                compadd -- "${suggestions[@]}"
            else
                _files
            fi
        }
        if [[ ${funcstack[1]} == _followersync ]]; then
            _followersync "$@"
        else
            compdef _followersync followersync
        fi

        """;

    public const string Fish =
        """
        # fish completion for followersync: followersync completion fish > ~/.config/fish/completions/followersync.fish
        function __followersync_suggestions
            set -l program (commandline -opc)[1]
            # Without the word at the cursor: fish itself picks what begins with it.
            set -l typed (string join ' ' -- (commandline -cp))
            set -l word (string join ' ' -- (commandline -ct))
            set -l before (math (string length -- "$typed") - (string length -- "$word"))
            set -l line (string replace -r '^\s*\S+\s' '' -- (string sub -l $before -- "$typed"))
            string match -q '~/*' -- $program; and set program $HOME/(string sub -s 3 -- $program)
            $program '[suggest]' "$line" 2>/dev/null | string match -v -r '^[-/].$'
        end
        complete -c followersync -a '(__followersync_suggestions)'

        """;
}
