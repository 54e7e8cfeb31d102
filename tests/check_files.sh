#!/usr/bin/env bash
# The cheap checks on the text of the tree: length of files, tabs, executable bits, format, shell, spelling.
# Says everything that is wrong, then exits 1. Needs clang-format-19, shellcheck and codespell.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

most_lines=300
not_misspelt=nd,nin,fo,sistem  # words the spell checker takes for others, lower case, separated by commas
bad=0
complain() {
    echo "$1"
    bad=1
}

# All files of a working copy but what is ignored; without git (an unpacked archive) all files but build results.
list_files() {
    if git rev-parse --is-inside-work-tree > /dev/null 2>&1; then
        git ls-files -z --cached --others --exclude-standard --deduplicate
    else
        find . \( -name build -o -name .cache -o -name __pycache__ \) -prune -o -type f -printf '%P\0'
    fi
}
files=()
while IFS= read -r -d '' file; do
    [[ -f $file ]] && files+=("$file")
done < <(list_files)

sources=() scripts=() prose=()
for file in "${files[@]}"; do
    case $file in
        # Wrong on purpose, or bytes and not text.
        tests/settings/bad/* | tests/fuzz/corpus/* | tests/golden/* | *.sum) continue ;;
        agent/*.h | agent/*.cpp | tests/*.h | tests/*.cpp) sources+=("$file") ;;
        *.sh | .ci/run) scripts+=("$file") ;;
    esac
    prose+=("$file")
done

for file in "${sources[@]}"; do
    lines=$(wc -l < "$file")
    ((lines <= most_lines)) || complain "$file:$most_lines: $lines lines, at most $most_lines"
done

for file in "${sources[@]}" "${scripts[@]}"; do
    if tabs=$(grep -nP '\t' "$file" /dev/null); then complain "${tabs%%$'\t'*}: a tab"; fi
done

for file in "${scripts[@]}"; do
    # Without a shebang it is a part that others source.
    if [[ $(head -c 2 "$file") == '#!' && ! -x $file ]]; then complain "$file: a script that is not executable"; fi
done
for file in "${sources[@]}"; do
    if [[ -x $file ]]; then complain "$file: a source that is executable"; fi
done

((${#sources[@]} == 0)) || clang-format-19 --dry-run -Werror "${sources[@]}" || bad=1
((${#scripts[@]} == 0)) || shellcheck "${scripts[@]}" || bad=1
((${#prose[@]} == 0)) || codespell --ignore-words-list "$not_misspelt" "${prose[@]}" || bad=1
exit "$bad"
