#include "orders/sentence.h"
#include "orders/sentence_languages.h"

namespace ordertrace {
namespace {

std::string length_text(Duration length) { return span_text(length, Language::english); }

std::string ago(const Verdict& verdict, TimePoint now) { return ' ' + length_text(now - verdict.since) + " ago"; }

std::string the(std::string_view system) { return "the " + system_text(system); }

// "5 min", of a limit that runs in open hours only "24 open hours".
std::string limit_text(const Verdict& verdict) {
    const auto limit = verdict.limit.value_or(Duration::zero());
    if (!verdict.business) return length_text(limit);
    if (limit % std::chrono::hours{1} != Duration::zero()) return length_text(limit) + " of open hours";
    const auto hours = limit / std::chrono::hours{1};
    return std::to_string(hours) + (hours == 1 ? " open hour" : " open hours");
}

std::string in_brackets(const Verdict& verdict) {
    return has_limit(verdict) ? " (limit " + limit_text(verdict) + ')' : std::string{};
}

std::string beyond_limit(const Verdict& verdict) {
    return has_limit(verdict) ? ", longer than the limit of " + limit_text(verdict) : std::string{};
}

std::string attempt_text(const Verdict& verdict) {
    if (verdict.attempt == 0) return {};
    const auto text = " (attempt " + std::to_string(verdict.attempt);
    if (verdict.attempt_max == 0) return text + ')';
    const bool last = verdict.attempt >= verdict.attempt_max && verdict.kind == VerdictKind::failed;
    return text + " of " + std::to_string(verdict.attempt_max) + (last ? ", the last one)" : ")");
}

std::string failed(const Verdict& verdict, TimePoint now) {
    const bool timeout = verdict.result == FactResult::timeout;
    std::string text = "The step " + verdict.step + " in " + the(verdict.system) +
                       (timeout ? " timed out" : " failed") + ago(verdict, now) + attempt_text(verdict);
    if (verdict.attempt < verdict.attempt_max) text += " and was not tried again" + in_brackets(verdict);
    if (!verdict.note.empty()) text += ": “" + short_note(verdict.note) + "”";
    return text + ". Look at " +
           (timeout ? "what " + the(verdict.system) + " was waiting for." : "the log of " + the(verdict.system) + '.');
}

std::string died_inside(const Verdict& verdict, TimePoint now) {
    const auto begin =
        system_text(verdict.system) + " began the step " + verdict.step + ago(verdict, now) + attempt_text(verdict);
    if (verdict.by_restart)
        return begin + " and was restarted before it ended: the work on it is probably lost. Start the step in " +
               the(verdict.system) + " again.";
    return begin + " and has been silent for more than " + limit_text(verdict) +
           ": it probably died in the middle of the step. Check whether " + the(verdict.system) + " is running.";
}

// The agent that should have reported what is missing did not hear everything.
std::string unheard(std::string_view system) {
    return " The agent of " + the(system) +
           " lost events or was silent at that time, so what is missing may have happened unseen. Look ";
}

std::string by(const Verdict& verdict) { return verdict.via.empty() ? std::string{} : " by " + verdict.via; }

std::string way(const Verdict& verdict) {
    return verdict.via.empty() ? "the connection from " + the(verdict.from) + " to " + the(verdict.to)
                               : "the queue " + verdict.via;
}

std::string not_sent(const Verdict& verdict, const std::string& status) {
    if (verdict.kind != VerdictKind::blind)
        return status + " but has not sent it to " + the(verdict.to) + in_brackets(verdict) +
               ". Look at the messages that " + the(verdict.from) + " sends to " + the(verdict.to) + '.';
    return status + ", but nothing shows that it was sent to " + the(verdict.to) + in_brackets(verdict) + '.' +
           unheard(verdict.from) + "into " + the(verdict.from) + " itself.";
}

std::string in_transit(const Verdict& verdict, const std::string& status) {
    const auto sent = status + " and sent it to " + the(verdict.to) + by(verdict);
    if (verdict.kind != VerdictKind::blind)
        return sent + "; " + the(verdict.to) + " has not taken it" + in_brackets(verdict) + ". Look at " +
               way(verdict) + '.';
    return sent + ", but nothing shows that " + the(verdict.to) + " has taken it" + in_brackets(verdict) + '.' +
           unheard(verdict.to) + "at " + way(verdict) + " and into " + the(verdict.to) + " itself.";
}

std::string received_not_applied(const Verdict& verdict, const std::string& status) {
    const auto received = status + " and " + the(verdict.to) + " received it" + by(verdict);
    if (verdict.kind != VerdictKind::blind)
        return received + ", but " + the(verdict.to) + " has not applied it" + in_brackets(verdict) + ". Look at how " +
               the(verdict.to) + " handles its messages.";
    return received + ", but nothing shows that " + the(verdict.to) + " has applied it" + in_brackets(verdict) + '.' +
           unheard(verdict.to) + "into " + the(verdict.to) + " itself.";
}

std::string turn(const Verdict& verdict) {
    if (verdict.expected_next.empty()) return {};
    const auto expected = listed(verdict.expected_next, " or ");
    if (verdict.to_act.empty()) return ' ' + expected + " is expected next.";
    return " It is the turn of " + the(verdict.to_act) + ": " + expected + " is expected next.";
}

std::string running(const Verdict& verdict, TimePoint now) {
    const auto text = system_text(verdict.system) + " has been working on the step " + verdict.step +
                      attempt_text(verdict) + " for " + length_text(now - verdict.since);
    if (!verdict.overdue) return text + '.';
    return text + beyond_limit(verdict) + ". Check whether the work in " + the(verdict.system) + " is still going on.";
}

std::string late(const Verdict& verdict, TimePoint now) {
    const auto text = "The order has been in " + verdict.stage + " for " + length_text(now - verdict.since) +
                      beyond_limit(verdict) + '.';
    if (verdict.kind != VerdictKind::blind) return text + turn(verdict);
    return text + unheard(verdict.to_act) + "into " + the(verdict.to_act) + " itself.";
}

std::string on_time(const Verdict& verdict, const std::string& status, TimePoint now) {
    if (verdict.stage.empty())
        return "The order has been known for " + length_text(now - verdict.stage_since) + " and has no status yet." +
               turn(verdict);
    const auto text = "The order is on time: " + status + in_brackets(verdict) + '.';
    return verdict.expected_next.empty() ? text + " Other systems have yet to see it." : text + turn(verdict);
}

}  // namespace

std::string english_sentence(const Verdict& verdict, std::string_view order, TimePoint now) {
    const auto& setter = verdict.from.empty() ? verdict.system : verdict.from;
    const auto status = system_text(setter) + " set " + verdict.stage + ago(verdict, now);
    switch (place_of(verdict)) {
        case VerdictKind::failed: return failed(verdict, now);
        case VerdictKind::died_inside: return died_inside(verdict, now);
        case VerdictKind::not_sent: return not_sent(verdict, status);
        case VerdictKind::in_transit: return in_transit(verdict, status);
        case VerdictKind::received_not_applied: return received_not_applied(verdict, status);
        case VerdictKind::running: return running(verdict, now);
        case VerdictKind::late: return late(verdict, now);
        case VerdictKind::finished:
            return "The order is finished: " + status + ", and every system that must see it has.";
        case VerdictKind::on_time: return on_time(verdict, status, now);
        case VerdictKind::blind:
        case VerdictKind::unknown: break;
    }
    return "Nothing is known of the order " + std::string{order} +
           ": no system has reported anything about it. Check the number.";
}

}  // namespace ordertrace
