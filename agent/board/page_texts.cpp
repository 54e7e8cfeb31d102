#include "board/page_texts.h"

#include <array>

namespace ordertrace {
namespace {

struct Word {
    std::string_view english, russian;
    std::string_view in(Language language) const { return language == Language::russian ? russian : english; }
};

// By VerdictKind, FactRecord and FactResult.
constexpr std::array<Word, 11> states{{{"Unknown", "Неизвестен"},
                                       {"Failed", "Ошибка"},
                                       {"Died in a step", "Остановка посреди шага"},
                                       {"Not sent", "Не отправлено"},
                                       {"In transit", "В пути"},
                                       {"Received, not applied", "Получено, не выставлено"},
                                       {"Running", "Выполняется"},
                                       {"Late", "Просрочен"},
                                       {"Finished", "Завершён"},
                                       {"On time", "В срок"},
                                       {"Not seen", "Не видно"}}};
constexpr Word running_too_long{"Running too long", "Выполняется слишком долго"};

constexpr std::array<Word, 12> records{{{"step", "шаг"},
                                        {"step started", "шаг начат"},
                                        {"step overdue", "шаг просрочен"},
                                        {"step given up", "шаг брошен"},
                                        {"status", "статус"},
                                        {"sent", "отправлено"},
                                        {"received", "получено"},
                                        {"mark", "отметка"},
                                        {"note", "примечание"},
                                        {"alias", "псевдоним"},
                                        {"title", "заголовок"},
                                        {"other", "прочее"}}};
constexpr std::array<Word, 6> results{{{"", ""},
                                       {"ok", "успех"},
                                       {"failed", "ошибка"},
                                       {"timed out", "тайм-аут"},
                                       {"skipped", "пропущен"},
                                       {"cancelled", "отменён"}}};

}  // namespace

const PageTexts& page_texts(Language language) { return language == Language::russian ? russian_texts : english_texts; }

std::string_view state_text(VerdictKind kind, bool overdue, Language language) {
    if (kind == VerdictKind::running && overdue) return running_too_long.in(language);
    return states.at(static_cast<std::size_t>(kind)).in(language);
}

std::string_view record_text(FactRecord record, Language language) {
    return records.at(static_cast<std::size_t>(record)).in(language);
}

std::string_view result_text(FactResult result, Language language) {
    return results.at(static_cast<std::size_t>(result)).in(language);
}

std::string filled(std::string_view text, std::string_view value) {
    const auto place = text.find("{}");
    if (place == std::string_view::npos) return std::string{text};
    return std::string{text.substr(0, place)}.append(value).append(text.substr(place + 2));
}

std::string filled(std::string_view text, std::string_view first, std::string_view second) {
    const auto end = text.find("{}") + 2;
    return filled(text.substr(0, end), first) + filled(text.substr(end), second);
}

}  // namespace ordertrace
