/**
 * Defines `rules TOOL`, which prints the rules of iptables or ip6tables. The legacy kind is asked only where its tables are in the
 * kernel already: asking would load them. What it says on stderr (rules of the other kind) is part of the answer.
 */
export const IPTABLES_RULES = `rules() {
  case $(command -v "$1" >/dev/null && "$1" -V 2>/dev/null) in
    *nf_tables*) ;;
    *) case $1 in iptables) file=ip_tables_names ;; *) file=ip6_tables_names ;; esac; [ -s "/proc/net/$file" ] || return 0 ;;
  esac
  "$1-save" 2>&1
}`
