#include <array>

#include "orders/sentence.h"

namespace ordertrace {
namespace {

struct Unit {
    Duration length;
    std::string_view english, russian;
};

constexpr std::array<Unit, 4> units{{{std::chrono::hours{24}, "d", "д"},
                                     {std::chrono::hours{1}, "h", "ч"},
                                     {std::chrono::minutes{1}, "min", "мин"},
                                     {std::chrono::seconds{1}, "s", "с"}}};
constexpr Unit below_a_second{std::chrono::milliseconds{1}, "ms", "мс"};

std::string counted(Duration length, const Unit& unit, Language language) {
    return std::to_string(length / unit.length) + ' ' +
           std::string{language == Language::russian ? unit.russian : unit.english};
}

}  // namespace

// The two largest units that lie side by side; what is below them is cut.
std::string span_text(Duration length, Language language) {
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (length < units[i].length) continue;
        auto text = counted(length, units[i], language);
        const auto rest = length % units[i].length;
        if (i + 1 < units.size() && rest >= units[i + 1].length) text += ' ' + counted(rest, units[i + 1], language);
        return text;
    }
    if (length >= below_a_second.length) return counted(length, below_a_second, language);
    return counted(Duration::zero(), units.back(), language);
}

}  // namespace ordertrace
