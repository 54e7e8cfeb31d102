#include "orders/sentence.h"
#include "orders/sentence_languages.h"

// Names of systems are never inflected; every one is spoken of as "система": "MES выставила".
namespace ordertrace {
namespace {

std::string length_text(Duration length) { return span_text(length, Language::russian); }

std::string ago(const Verdict& verdict, TimePoint now) { return ' ' + length_text(now - verdict.since) + " назад"; }

std::string limit_text(const Verdict& verdict) {
    const auto limit = verdict.limit.value_or(Duration::zero());
    if (!verdict.business) return length_text(limit);
    if (limit % std::chrono::hours{1} != Duration::zero()) return length_text(limit) + " рабочего времени";
    return std::to_string(limit / std::chrono::hours{1}) + " ч рабочего времени";
}

std::string in_brackets(const Verdict& verdict) {
    return has_limit(verdict) ? " (срок " + limit_text(verdict) + ')' : std::string{};
}

std::string beyond_limit(const Verdict& verdict) {
    return has_limit(verdict) ? ", дольше срока " + limit_text(verdict) : std::string{};
}

std::string attempt_text(const Verdict& verdict) {
    if (verdict.attempt == 0) return {};
    const auto text = " (попытка " + std::to_string(verdict.attempt);
    if (verdict.attempt_max == 0) return text + ')';
    const bool last = verdict.attempt >= verdict.attempt_max && verdict.kind == VerdictKind::failed;
    return text + " из " + std::to_string(verdict.attempt_max) + (last ? ", последняя)" : ")");
}

std::string failed(const Verdict& verdict, TimePoint now) {
    const auto system = system_text(verdict.system);
    const bool timeout = verdict.result == FactResult::timeout;
    std::string text = "Шаг " + verdict.step + " в " + system +
                       (timeout ? " прерван по тайм-ауту" : " завершился ошибкой") + ago(verdict, now) +
                       attempt_text(verdict);
    if (verdict.attempt < verdict.attempt_max) text += " и не был повторён" + in_brackets(verdict);
    if (!verdict.note.empty()) text += ": «" + short_note(verdict.note) + "»";
    return text + ". " + (timeout ? "Проверьте, чего ждала " : "Проверьте журнал ") + system + '.';
}

std::string died_inside(const Verdict& verdict, TimePoint now) {
    const auto system = system_text(verdict.system);
    const auto begin = system + " начала шаг " + verdict.step + ago(verdict, now) + attempt_text(verdict);
    if (verdict.by_restart)
        return begin + " и перезапустилась, не закончив его: работа, вероятно, потеряна. Запустите шаг в " + system +
               " заново.";
    return begin + " и молчит дольше " + limit_text(verdict) +
           ": вероятно, она остановилась посреди шага. Проверьте, работает ли " + system + '.';
}

std::string unseen(std::string_view system, std::string_view what) {
    return " Агент " + system_text(system) + " в это время терял события или молчал: возможно, " + std::string{what} +
           ". Проверьте ";
}

std::string by(const Verdict& verdict) { return verdict.via.empty() ? std::string{} : " через " + verdict.via; }

std::string way(const Verdict& verdict) {
    return verdict.via.empty() ? "связь между " + system_text(verdict.from) + " и " + system_text(verdict.to)
                               : "очередь " + verdict.via;
}

std::string not_sent(const Verdict& verdict, const std::string& status) {
    const auto from = system_text(verdict.from);
    const auto to = system_text(verdict.to);
    if (verdict.kind != VerdictKind::blind)
        return status + ", но не отправила его в " + to + in_brackets(verdict) + ". Проверьте отправку из " + from +
               " в " + to + '.';
    return status + ", но отправки в " + to + " не видно" + in_brackets(verdict) + '.' +
           unseen(verdict.from, "отправку просто не увидели") + "саму " + from + '.';
}

std::string in_transit(const Verdict& verdict, const std::string& status) {
    const auto to = system_text(verdict.to);
    const auto sent = status + " и отправила его в " + to + by(verdict);
    if (verdict.kind != VerdictKind::blind)
        return sent + "; " + to + " его не приняла" + in_brackets(verdict) + ". Проверьте " + way(verdict) + '.';
    return sent + ", но приёма в " + to + " не видно" + in_brackets(verdict) + '.' +
           unseen(verdict.to, "приём просто не увидели") + way(verdict) + " и саму " + to + '.';
}

std::string received_not_applied(const Verdict& verdict, const std::string& status) {
    const auto to = system_text(verdict.to);
    const auto received = status + ", и " + to + " получила его" + by(verdict);
    if (verdict.kind != VerdictKind::blind)
        return received + ", но у себя не выставила" + in_brackets(verdict) + ". Проверьте обработку сообщений в " +
               to + '.';
    return received + ", но в " + to + " этот статус не виден" + in_brackets(verdict) + '.' +
           unseen(verdict.to, "статус просто не увидели") + "саму " + to + '.';
}

std::string turn(const Verdict& verdict) {
    if (verdict.expected_next.empty()) return {};
    const auto expected = "ожидается " + listed(verdict.expected_next, " или ") + '.';
    return verdict.to_act.empty() ? " Дальше " + expected
                                  : " Следующий шаг за " + system_text(verdict.to_act) + ": " + expected;
}

std::string running(const Verdict& verdict, TimePoint now) {
    const auto system = system_text(verdict.system);
    const auto text =
        system + " выполняет шаг " + verdict.step + attempt_text(verdict) + " уже " + length_text(now - verdict.since);
    if (!verdict.overdue) return text + '.';
    return text + beyond_limit(verdict) + ". Проверьте, идёт ли ещё работа в " + system + '.';
}

std::string late(const Verdict& verdict, TimePoint now) {
    const auto text = "Заказ находится в статусе " + verdict.stage + " уже " + length_text(now - verdict.since) +
                      beyond_limit(verdict) + '.';
    if (verdict.kind != VerdictKind::blind) return text + turn(verdict);
    return text + unseen(verdict.to_act, "следующий статус просто не увидели") + "саму " + system_text(verdict.to_act) +
           '.';
}

std::string on_time(const Verdict& verdict, const std::string& status, TimePoint now) {
    if (verdict.stage.empty())
        return "О заказе известно " + length_text(now - verdict.stage_since) + ", статуса у него пока нет." +
               turn(verdict);
    const auto text = "Заказ идёт в срок: " + status + in_brackets(verdict) + '.';
    return verdict.expected_next.empty() ? text + " Его ещё должны увидеть другие системы." : text + turn(verdict);
}

}  // namespace

std::string russian_sentence(const Verdict& verdict, std::string_view order, TimePoint now) {
    const auto& setter = verdict.from.empty() ? verdict.system : verdict.from;
    const auto status = system_text(setter) + " выставила статус " + verdict.stage + ago(verdict, now);
    switch (place_of(verdict)) {
        case VerdictKind::failed: return failed(verdict, now);
        case VerdictKind::died_inside: return died_inside(verdict, now);
        case VerdictKind::not_sent: return not_sent(verdict, status);
        case VerdictKind::in_transit: return in_transit(verdict, status);
        case VerdictKind::received_not_applied: return received_not_applied(verdict, status);
        case VerdictKind::running: return running(verdict, now);
        case VerdictKind::late: return late(verdict, now);
        case VerdictKind::finished:
            return "Заказ завершён: " + status + ", и все системы, которым он нужен, его увидели.";
        case VerdictKind::on_time: return on_time(verdict, status, now);
        case VerdictKind::blind:
        case VerdictKind::unknown: break;
    }
    return "О заказе " + std::string{order} +
           " ничего не известно: ни одна система о нём не сообщала. Проверьте номер.";
}

}  // namespace ordertrace
