#include "intake/line_reader.h"

#include "base/text.h"
#include "intake/line_words.h"
#include "intake/numbers.h"

namespace ordertrace {
namespace {

constexpr std::string_view marker = "ord1";

tl::unexpected<LineProblem> problem(RejectReason reason, const Word& word) {
    return tl::unexpected<LineProblem>(LineProblem{reason, word.at});
}

// `ord2…`, `ord10…`: a version we do not speak.
bool is_other_version(std::string_view word) {
    if (word.size() < 4 || !equals_ignore_case(word.substr(0, 3), "ord") || !is_digit(word[3])) return false;
    return word[3] != '1' || (word.size() > 4 && is_digit(word[4]));
}

RawExtra::Type type_of(std::string_view letter) {
    using enum RawExtra::Type;
    if (letter == "s") return text;
    if (letter == "i") return integer;
    if (letter == "f") return real;
    return letter == "b" ? boolean : unknown;
}

// `_name` or `_name:type`
RawExtra attribute_of(std::string_view written) {
    const auto colon = written.find(':');
    const bool typed = colon != std::string_view::npos;
    return {.type = typed ? type_of(written.substr(colon + 1)) : RawExtra::Type::text,
            .name = written.substr(1, typed ? colon - 1 : colon),
            .written = written,
            .value = {}};
}

void read_pair(const Word& word, RawEvent& event, TextArena& arena) {
    const auto place = static_cast<std::uint32_t>(word.at);
    if (const auto key = find_key(word.key)) {
        if (!event.given.has(*key)) event.give(*key, {unless_absent(unescaped(word, arena)), place});
        return;
    }
    auto extra = word.key.starts_with('_') ? attribute_of(word.key)
                                           : RawExtra{RawExtra::Type::plain_key, word.key, word.key, {}};
    if (!is_name(extra.name)) {
        event.add_rest({place, {}, word.text});
        return;
    }
    extra.value = {unless_absent(unescaped(word, arena)), place};
    event.give(extra);
}

}  // namespace

bool claims_marker(std::string_view line) {
    while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
    return equals_ignore_case(line.substr(0, 3), "ord");
}

tl::expected<void, LineProblem> read_line(std::string_view line, RawEvent& event, TextArena& arena) {
    LineWords words{line};
    const auto first = words.take_plain();
    if (is_other_version(first.text)) return problem(RejectReason::version, first);
    if (!equals_ignore_case(first.text, marker)) return problem(RejectReason::marker, first);
    const auto verb = words.take_plain();
    if (!find_verb(verb.text)) return problem(RejectReason::verb, verb);
    event.verb = verb.text;
    const auto order = words.take_value();
    if (order.kind != Word::Kind::bare) return problem(RejectReason::order, order);
    event.order = unescaped(order, arena);
    event.order_at = order.at;

    for (auto word = words.take(); word.kind != Word::Kind::end; word = words.take()) {
        switch (word.kind) {
            case Word::Kind::pair: read_pair(word, event, arena); break;
            case Word::Kind::free_text: event.note = unless_absent(word.text); break;
            case Word::Kind::bare:
            case Word::Kind::unclosed:
            case Word::Kind::end: event.add_rest({static_cast<std::uint32_t>(word.at), {}, word.text}); break;
        }
    }
    return {};
}

}  // namespace ordertrace
