#include "rabbitmq/message_field.h"

#include <boost/json/parse.hpp>

namespace ordertrace {
namespace {

std::optional<std::string> if_not_empty(std::optional<std::string_view> text) {
    if (!text || text->empty()) return std::nullopt;
    return std::string{*text};
}

}  // namespace

std::optional<std::string> MessageFields::find(const FieldSource& source) {
    switch (source.kind) {
        case FieldSource::Kind::header: return if_not_empty(find_field(message_.headers, source.name));
        case FieldSource::Kind::property: return if_not_empty(find_field(message_.properties, source.name));
        case FieldSource::Kind::body: return find_in_body(source.name);
        case FieldSource::Kind::none: break;
    }
    return std::nullopt;
}

std::optional<std::string> MessageFields::find_in_body(const std::string& pointer) {
    boost::system::error_code error;
    if (!body_ && !unreadable_) {
        if (!message_.body_cut) body_ = boost::json::parse(message_.body, error);
        unreadable_ = message_.body_cut || error;
    }
    if (unreadable_) return std::nullopt;
    const auto* value = body_->find_pointer(pointer, error);
    if (value == nullptr) return std::nullopt;
    if (const auto* text = value->if_string()) return if_not_empty(std::string_view{text->data(), text->size()});
    if (const auto* number = value->if_int64()) return std::to_string(*number);
    if (const auto* number = value->if_uint64()) return std::to_string(*number);
    return std::nullopt;
}

}  // namespace ordertrace
