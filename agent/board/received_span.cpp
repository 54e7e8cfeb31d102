#include "board/received_span.h"

namespace ordertrace {
namespace {

template <class T>
const T* last_of(const std::vector<ReceivedTag>& tags, std::string_view key) {
    for (auto tag = tags.rbegin(); tag != tags.rend(); ++tag)
        if (tag->key == key) return std::get_if<T>(&tag->value);
    return nullptr;
}

}  // namespace

std::string_view text_tag(const std::vector<ReceivedTag>& tags, std::string_view key) {
    const auto* text = last_of<std::string>(tags, key);
    return text ? std::string_view{*text} : std::string_view{};
}

std::int64_t integer_tag(const std::vector<ReceivedTag>& tags, std::string_view key) {
    const auto* number = last_of<std::int64_t>(tags, key);
    return number ? *number : 0;
}

}  // namespace ordertrace
