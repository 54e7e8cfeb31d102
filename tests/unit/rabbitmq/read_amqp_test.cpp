#include "rabbitmq/read_amqp.h"

#include <list>

#include <catch2/catch.hpp>

using namespace ordertrace;

namespace {

// Tables as the library decodes them, kept as long as the test runs.
class Tables {
public:
    static amqp_field_value_t text(const char* value, std::uint8_t kind = AMQP_FIELD_KIND_UTF8) {
        amqp_field_value_t made{};
        made.kind = kind;
        made.value.bytes = amqp_cstring_bytes(value);
        return made;
    }
    static amqp_field_value_t number(std::int64_t value) {
        amqp_field_value_t made{};
        made.kind = AMQP_FIELD_KIND_I64;
        made.value.i64 = value;
        return made;
    }
    static amqp_field_value_t time(std::uint64_t value) {
        amqp_field_value_t made{};
        made.kind = AMQP_FIELD_KIND_TIMESTAMP;
        made.value.u64 = value;
        return made;
    }
    amqp_field_value_t list(std::vector<amqp_field_value_t> values) {
        auto& kept = lists_.emplace_back(std::move(values));
        amqp_field_value_t made{};
        made.kind = AMQP_FIELD_KIND_ARRAY;
        made.value.array = {static_cast<int>(kept.size()), kept.data()};
        return made;
    }
    amqp_field_value_t table(std::vector<std::pair<const char*, amqp_field_value_t>> fields) {
        auto& kept = tables_.emplace_back();
        for (const auto& [key, value] : fields) kept.push_back({amqp_cstring_bytes(key), value});
        amqp_field_value_t made{};
        made.kind = AMQP_FIELD_KIND_TABLE;
        made.value.table = {static_cast<int>(kept.size()), kept.data()};
        return made;
    }

private:
    std::list<std::vector<amqp_field_value_t>> lists_;
    std::list<std::vector<amqp_table_entry_t>> tables_;
};

amqp_basic_properties_t with_headers(const amqp_field_value_t& headers) {
    amqp_basic_properties_t properties{};
    properties._flags = AMQP_BASIC_HEADERS_FLAG;
    properties.headers = headers.value.table;
    return properties;
}

amqp_field_value_t death(Tables& make) {
    return make.list({make.table({{"count", Tables::number(2)},
                                  {"reason", Tables::text("rejected")},
                                  {"queue", Tables::text("q.price")},
                                  {"time", Tables::time(1'795'305'599)},
                                  {"exchange", Tables::text("orders")},
                                  {"routing-keys", make.list({Tables::text("price"), Tables::text("more")})}})});
}

}  // namespace

TEST_CASE("a copy of a published message says where it went and what it carried") {
    Tables make;
    const auto own =
        make.table({{"order", Tables::number(10042)}, {"blob", Tables::text("a\x01", 'x')}, {"list", make.list({})}});
    const auto headers =
        make.table({{"exchange_name", Tables::text("orders")},
                    {"routing_keys", make.list({Tables::text("price"), Tables::text("cc")})},
                    {"routed_queues", make.list({Tables::text("audit"), Tables::text("q.price")})},
                    {"properties", make.table({{"headers", own}, {"message_id", Tables::text("9f1c")}})}});
    const auto message = read_amqp("amq.rabbitmq.trace", "publish.orders", with_headers(headers));
    CHECK(message.kind == BrokerMessage::Kind::published);
    CHECK(message.exchange == "orders");
    CHECK(message.routing_key == "price");
    CHECK(message.queues == std::vector<std::string>{"audit", "q.price"});
    CHECK(message.headers == TextFields{{"order", "10042"}, {"blob", "a\x01"}});
    CHECK(find_field(message.properties, "message_id") == "9f1c");
    CHECK_FALSE(message.delivered_again);
}

TEST_CASE("a copy of a delivered message names the queue, dots and all") {
    Tables make;
    const auto headers =
        make.table({{"redelivered", Tables::number(1)},
                    {"properties", make.table({{"headers", make.table({{"x-death", death(make)}})}})}});
    const auto message = read_amqp("amq.rabbitmq.trace", "deliver.q.price", with_headers(headers));
    CHECK(message.kind == BrokerMessage::Kind::delivered);
    CHECK(message.queues == std::vector<std::string>{"q.price"});
    CHECK(message.delivered_again);
    REQUIRE(message.deaths.size() == 1);
    CHECK(message.deaths[0].queue == "q.price");
    CHECK(message.deaths[0].reason == "rejected");
    CHECK(message.deaths[0].exchange == "orders");
    CHECK(message.deaths[0].routing_key == "price");
    CHECK(message.deaths[0].count == 2);
    CHECK(message.deaths[0].seconds == 1'795'305'599);
}

TEST_CASE("a dead-lettered message itself comes with its own properties") {
    Tables make;
    auto properties = with_headers(make.table({{"order", Tables::text("10042")}, {"x-death", death(make)}}));
    properties._flags |= AMQP_BASIC_MESSAGE_ID_FLAG;
    properties.message_id = amqp_cstring_bytes("9f1c");
    const auto message = read_amqp("dlx", "price", properties);
    CHECK(message.kind == BrokerMessage::Kind::dead);
    CHECK(message.deaths.size() == 1);
    CHECK(find_field(message.headers, "order") == "10042");
    CHECK(find_field(message.properties, "message_id") == "9f1c");
}

TEST_CASE("what is none of these is other, and odd tables do no harm") {
    Tables make;
    CHECK(read_amqp("orders", "price", {}).kind == BrokerMessage::Kind::other);
    CHECK(read_amqp("amq.rabbitmq.trace", "else", {}).kind == BrokerMessage::Kind::other);
    const auto odd = make.table({{"exchange_name", make.list({})},
                                 {"routing_keys", Tables::text("x")},
                                 {"routed_queues", make.list({make.table({})})},
                                 {"properties", make.table({{"headers", Tables::text("x")}})}});
    const auto message = read_amqp("amq.rabbitmq.trace", "publish.", with_headers(odd));
    CHECK(message.kind == BrokerMessage::Kind::published);
    CHECK(message.exchange.empty());
    CHECK(message.queues.empty());
    const auto no_list = make.table({{"x-death", make.list({Tables::text("x"), make.table({})})}});
    const auto dead = read_amqp("dlx", "", with_headers(no_list));
    CHECK(dead.kind == BrokerMessage::Kind::dead);
    CHECK(dead.deaths.at(0).reason.empty());
}
