#!/bin/sh
# Count words and word pairs (bigrams) in kjv.txt.
#
#   sh examples/data/count_bigrams.sh
#
# Reads kjv.txt beside this script and writes, beside it as well,
#   words.txt      one point a line, most frequent first
#   unigrams.csv   word,count          in the order of words.txt
#   bigrams.csv    word,next,count     sorted by word, then by next
#
# Points are the KEEP most frequent words, <rare> for every other word, and
# <stop> for the end of a sentence. Ties are broken in byte order, so the
# result is the same everywhere. Needs a POSIX shell, awk, sort, uniq, mktemp.

set -eu
LC_ALL=C
export LC_ALL

KEEP=300
cd "$(dirname "$0")"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

# 1. One token a line. A word is a run of letters and apostrophes, in lower
#    case; each of . ? ! is a <stop>; everything else only separates.
awk '{
    line = tolower($0)
    gsub(/[.?!]/, " <stop> ", line)
    gsub(/[^a-z\047<>]+/, " ", line)      # \047 is the apostrophe
    n = split(line, t, " ")
    for (i = 1; i <= n; i++) print t[i]
}' kjv.txt > "$tmp/tokens"

# 2. The words by falling count; the first KEEP of them stay as they are.
awk '$0 != "<stop>"' "$tmp/tokens" | sort | uniq -c |
    sort -k1,1nr -k2,2 > "$tmp/ranked"
awk -v keep="$KEEP" 'NR <= keep { print $2 }' "$tmp/ranked" > "$tmp/kept"

# 3. Count points and pairs. The text is read as a circle: the last token is
#    followed by the first. So each token is the left half of exactly one
#    pair and the right half of exactly one pair.
#    No field can hold a comma, a quote or a line break, so by the CSV rules
#    none needs quoting.
awk -v kept="$tmp/kept" -v uni="$tmp/uni" -v bi="$tmp/bi" '
BEGIN {
    while ((getline w < kept) > 0) keep[w] = 1
    keep["<stop>"] = 1
}
{
    p = ($0 in keep) ? $0 : "<rare>"
    count[p]++
    if (NR == 1) first = p; else pair[prev "," p]++
    prev = p
}
END {
    pair[prev "," first]++
    for (p in count) print p "," count[p] > uni
    for (q in pair) print q "," pair[q] > bi
}' "$tmp/tokens"

{ echo "word,count"
  sort -t, -k2,2nr -k1,1 "$tmp/uni"; } > "$tmp/unigrams.csv"
{ echo "word,next,count"
  sort -t, -k1,1 -k2,2 "$tmp/bi"; } > "$tmp/bigrams.csv"
awk -F, 'NR > 1 { print $1 }' "$tmp/unigrams.csv" > "$tmp/words.txt"

# 4. Check the two tables as written, before they replace older ones: for
#    every point its count, its row sum and its column sum must be one number.
awk -F, -v distinct="$(awk 'END { print NR }' "$tmp/ranked")" '
FNR == 1 { file++; next }
file == 1 { count[$1] = $2; points++; total += $2 }
file == 2 { row[$1] += $3; col[$2] += $3; pairs++; sum += $3
            if (!($1 in count) || !($2 in count)) bad++ }
END {
    for (p in count)
        if (row[p] != count[p] || col[p] != count[p]) bad++
    if (sum != total) bad++
    printf "%d tokens (%d words, %d sentence ends), %d distinct words, " \
           "%d points, %d distinct bigrams; row sums = column sums = " \
           "counts: %s\n", total, total - count["<stop>"], count["<stop>"],
           distinct, points, pairs, bad ? "NO" : "yes" > "/dev/stderr"
    exit bad != 0
}' "$tmp/unigrams.csv" "$tmp/bigrams.csv"

mv "$tmp/words.txt" "$tmp/unigrams.csv" "$tmp/bigrams.csv" .
