#include "intake/raw_event.h"

#include <algorithm>

#include "base/text.h"

namespace ordertrace {
namespace {

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '-';
}

bool same_name(const RawExtra& a, const RawExtra& b) {
    const bool plain = a.type == RawExtra::Type::plain_key;
    if (plain != (b.type == RawExtra::Type::plain_key)) return false;
    return plain ? equals_ignore_case(a.name, b.name) : a.name == b.name;
}

}  // namespace

void RawEvent::clear() {
    verb = order = note = {};
    order_at = 0;
    given = {};
    extras.clear();
    rest.clear();
    truncated = false;
}

void RawEvent::give(Key key, RawValue value) {
    if (given.has(key)) return;
    given.add(key);
    values_[static_cast<std::size_t>(key)] = value;
}

void RawEvent::give(const RawExtra& extra) {
    if (extras.size() == max_extras) {
        truncated = true;
        return;
    }
    const bool repeated =
        std::any_of(extras.begin(), extras.end(), [&](auto& other) { return same_name(extra, other); });
    if (!repeated) extras.push_back(extra);
}

void RawEvent::add_rest(const RestPiece& piece) {
    if (rest.size() == max_rest)
        truncated = true;
    else
        rest.push_back(piece);
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= 63 && std::all_of(text.begin(), text.end(), is_name_character);
}

}  // namespace ordertrace
