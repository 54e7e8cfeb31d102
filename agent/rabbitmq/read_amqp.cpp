#include "rabbitmq/read_amqp.h"

namespace ordertrace {
namespace {

constexpr std::size_t most_deaths = 16;

std::string_view view(const amqp_bytes_t& bytes) { return {static_cast<const char*>(bytes.bytes), bytes.len}; }

std::optional<std::int64_t> number_of(const amqp_field_value_t& value) {
    switch (value.kind) {
        case AMQP_FIELD_KIND_I8: return value.value.i8;
        case AMQP_FIELD_KIND_U8: return value.value.u8;
        case AMQP_FIELD_KIND_I16: return value.value.i16;
        case AMQP_FIELD_KIND_U16: return value.value.u16;
        case AMQP_FIELD_KIND_I32: return value.value.i32;
        case AMQP_FIELD_KIND_U32: return value.value.u32;
        case AMQP_FIELD_KIND_I64: return value.value.i64;
        case AMQP_FIELD_KIND_U64:
        case AMQP_FIELD_KIND_TIMESTAMP: return static_cast<std::int64_t>(value.value.u64);
        default: return std::nullopt;
    }
}

std::optional<std::string> text_of(const amqp_field_value_t& value) {
    if (value.kind == AMQP_FIELD_KIND_UTF8 || value.kind == AMQP_FIELD_KIND_BYTES)
        return std::string{view(value.value.bytes)};
    if (value.kind == AMQP_FIELD_KIND_U64) return std::to_string(value.value.u64);
    if (const auto number = number_of(value)) return std::to_string(*number);
    return std::nullopt;
}

const amqp_field_value_t* find(const amqp_table_t& table, std::string_view name) {
    for (int i = 0; i < table.num_entries; ++i)
        if (view(table.entries[i].key) == name) return &table.entries[i].value;
    return nullptr;
}

std::string text_at(const amqp_table_t& table, std::string_view name) {
    const auto* value = find(table, name);
    return value == nullptr ? std::string{} : text_of(*value).value_or("");
}

std::int64_t number_at(const amqp_table_t& table, std::string_view name) {
    const auto* value = find(table, name);
    return value == nullptr ? 0 : number_of(*value).value_or(0);
}

std::vector<std::string> texts_at(const amqp_table_t& table, std::string_view name) {
    std::vector<std::string> texts;
    const auto* value = find(table, name);
    if (value == nullptr || value->kind != AMQP_FIELD_KIND_ARRAY) return texts;
    for (int i = 0; i < value->value.array.num_entries; ++i)
        if (auto text = text_of(value->value.array.entries[i])) texts.push_back(std::move(*text));
    return texts;
}

std::string first_of(std::vector<std::string> texts) {
    return texts.empty() ? std::string{} : std::move(texts.front());
}

amqp_table_t table_at(const amqp_table_t& table, std::string_view name) {
    const auto* value = find(table, name);
    return value != nullptr && value->kind == AMQP_FIELD_KIND_TABLE ? value->value.table : amqp_table_t{0, nullptr};
}

TextFields texts_in(const amqp_table_t& table) {
    TextFields fields;
    for (int i = 0; i < table.num_entries; ++i)
        if (auto text = text_of(table.entries[i].value))
            fields.emplace_back(view(table.entries[i].key), std::move(*text));
    return fields;
}

std::vector<Death> deaths_in(const amqp_table_t& headers) {
    std::vector<Death> deaths;
    const auto* list = find(headers, "x-death");
    if (list == nullptr || list->kind != AMQP_FIELD_KIND_ARRAY) return deaths;
    for (int i = 0; i < list->value.array.num_entries && deaths.size() < most_deaths; ++i) {
        const auto& entry = list->value.array.entries[i];
        if (entry.kind != AMQP_FIELD_KIND_TABLE) continue;
        const auto& table = entry.value.table;
        deaths.push_back({.queue = text_at(table, "queue"),
                          .reason = text_at(table, "reason"),
                          .exchange = text_at(table, "exchange"),
                          .routing_key = first_of(texts_at(table, "routing-keys")),
                          .count = number_at(table, "count"),
                          .seconds = number_at(table, "time")});
    }
    return deaths;
}

// The broker puts the message's own properties and headers into a table of the copy's headers.
BrokerMessage read_copy(std::string_view routing_key, const amqp_table_t& headers) {
    BrokerMessage message;
    const auto properties = table_at(headers, "properties");
    const auto own_headers = table_at(properties, "headers");
    message.exchange = text_at(headers, "exchange_name");
    message.routing_key = first_of(texts_at(headers, "routing_keys"));
    message.headers = texts_in(own_headers);
    message.properties = texts_in(properties);
    message.deaths = deaths_in(own_headers);
    if (routing_key.starts_with("publish.")) {
        message.kind = BrokerMessage::Kind::published;
        message.queues = texts_at(headers, "routed_queues");
    } else if (routing_key.starts_with("deliver.")) {
        message.kind = BrokerMessage::Kind::delivered;
        message.queues.emplace_back(routing_key.substr(std::string_view{"deliver."}.size()));
        message.delivered_again = number_at(headers, "redelivered") != 0;
    }
    return message;
}

TextFields texts_in(const amqp_basic_properties_t& properties) {
    TextFields fields;
    const auto add = [&](amqp_flags_t flag, const char* name, const amqp_bytes_t& value) {
        if ((properties._flags & flag) != 0) fields.emplace_back(name, view(value));
    };
    add(AMQP_BASIC_MESSAGE_ID_FLAG, "message_id", properties.message_id);
    add(AMQP_BASIC_CORRELATION_ID_FLAG, "correlation_id", properties.correlation_id);
    add(AMQP_BASIC_REPLY_TO_FLAG, "reply_to", properties.reply_to);
    add(AMQP_BASIC_TYPE_FLAG, "type", properties.type);
    add(AMQP_BASIC_APP_ID_FLAG, "app_id", properties.app_id);
    add(AMQP_BASIC_USER_ID_FLAG, "user_id", properties.user_id);
    return fields;
}

}  // namespace

std::optional<std::string_view> find_field(const TextFields& fields, std::string_view name) {
    for (const auto& [key, value] : fields)
        if (key == name) return value;
    return std::nullopt;
}

BrokerMessage read_amqp(std::string_view exchange, std::string_view routing_key,
                        const amqp_basic_properties_t& properties) {
    const bool has_headers = (properties._flags & AMQP_BASIC_HEADERS_FLAG) != 0;
    const auto headers = has_headers ? properties.headers : amqp_table_t{0, nullptr};
    if (exchange == trace_exchange) return read_copy(routing_key, headers);
    BrokerMessage message;
    message.exchange = exchange;
    message.routing_key = routing_key;
    message.headers = texts_in(headers);
    message.properties = texts_in(properties);
    message.deaths = deaths_in(headers);
    if (!message.deaths.empty()) message.kind = BrokerMessage::Kind::dead;
    return message;
}

}  // namespace ordertrace
