#include "rabbitmq/hand_off_lines.h"

#include <catch2/catch.hpp>

#include "rabbitmq/recent_keys.h"

using namespace ordertrace;

namespace {

using Kind = BrokerMessage::Kind;

constexpr auto now = from_micros(1'795'305'600'120'000);

const EdgeSettings edge{
    .from = "mes", .to = "crm", .queue = "q.price", .order = {FieldSource::Kind::header, "order"}, .status = {}};

BrokerMessage message(Kind kind) {
    BrokerMessage made;
    made.kind = kind;
    made.exchange = "orders";
    made.routing_key = "price";
    made.queues = {"q.price"};
    made.headers = {{"order", "10042"}};
    made.properties = {{"message_id", "9f1c"}};
    return made;
}

BrokerMessage dead(std::int64_t count, std::string reason = "rejected") {
    auto made = message(Kind::dead);
    made.queues.clear();
    made.exchange = "dlx";
    made.deaths = {{.queue = "q.price",
                    .reason = std::move(reason),
                    .exchange = "orders",
                    .routing_key = "price",
                    .count = count,
                    .seconds = 1'795'305'599}};
    return made;
}

std::string lines_of(const BrokerMessage& from, const std::vector<EdgeSettings>& edges = {edge}) {
    std::string text;
    for (const auto& line : hand_off_lines(edges, from, now).lines) text += line.text + "\n";
    return text;
}

}  // namespace

TEST_CASE("a published message is sent, a delivered one received") {
    CHECK(lines_of(message(Kind::published)) ==
          "ord1 sent 10042 sys=mes to=crm via=q.price msg=9f1c t=1795305600120000\n");
    CHECK(lines_of(message(Kind::delivered)) ==
          "ord1 recv 10042 sys=crm from=mes via=q.price msg=9f1c t=1795305600120000\n");
}

TEST_CASE("a message was published when the broker or its sender stamped it") {
    auto stamped = message(Kind::published);
    stamped.properties.emplace_back("timestamp", "1795305599");
    CHECK(lines_of(stamped) == "ord1 sent 10042 sys=mes to=crm via=q.price msg=9f1c t=1795305599\n");
    stamped.headers.emplace_back("timestamp_in_ms", "1795305599870");
    CHECK(lines_of(stamped) == "ord1 sent 10042 sys=mes to=crm via=q.price msg=9f1c t=1795305599870\n");
    auto odd = message(Kind::published);
    odd.headers.emplace_back("timestamp_in_ms", "5 t=1 sys=shop");
    CHECK(lines_of(odd) == "ord1 sent 10042 sys=mes to=crm via=q.price msg=9f1c t=1795305600120000\n");
}

TEST_CASE("edges are told apart by queue, exchange and routing key") {
    auto by_key = edge;
    by_key.queue = "q.*";
    by_key.routing_key = "price";
    auto other_key = by_key;
    other_key.from = "shop";
    other_key.routing_key = "order.*";
    const std::vector<EdgeSettings> edges{by_key, other_key};
    CHECK(lines_of(message(Kind::delivered), edges) ==
          "ord1 recv 10042 sys=crm from=mes via=q.price msg=9f1c t=1795305600120000\n");
    auto foreign = message(Kind::delivered);
    foreign.queues = {"other"};
    CHECK(lines_of(foreign, edges).empty());
    CHECK(hand_off_lines(edges, foreign, now).skipped == Skipped::no_edge);
    auto fan_out = message(Kind::published);
    fan_out.queues = {"audit", "q.price"};
    CHECK(lines_of(fan_out, edges) == "ord1 sent 10042 sys=mes to=crm via=q.price msg=9f1c t=1795305600120000\n");
}

TEST_CASE("what no queue took is sent nowhere, and says so") {
    auto lost = message(Kind::published);
    lost.queues.clear();
    CHECK(lines_of(lost).empty());
    auto narrow = edge;
    narrow.exchange = "orders";
    CHECK(lines_of(lost, {narrow}) ==
          "ord1 sent 10042 sys=mes to=crm via=price msg=9f1c t=1795305600120000 :no queue took it: nothing is bound to "
          "the exchange for this routing key\n");
}

TEST_CASE("order, message and status come from a header, a property or the body") {
    auto from = message(Kind::published);
    from.properties.emplace_back("correlation_id", "10043");
    from.headers.emplace_back("id", "m1");
    from.body = R"({"order": {"id": "10044", "number": 10045, "open": true, "none": null, "empty": ""}, "st": "NEW"})";
    const auto order_by = [&](FieldSource::Kind kind, const std::string& name) {
        auto asked = edge;
        asked.order = {kind, name};
        asked.message = {FieldSource::Kind::header, "id"};
        asked.status = {FieldSource::Kind::body, "/st"};
        return hand_off_lines({asked}, from, now);
    };
    struct Row {
        FieldSource::Kind kind;
        std::string name;
        std::string order;
    };
    const auto row = GENERATE(values<Row>({{FieldSource::Kind::property, "correlation_id", "10043"},
                                           {FieldSource::Kind::body, "/order/id", "10044"},
                                           {FieldSource::Kind::body, "/order/number", "10045"},
                                           {FieldSource::Kind::body, "/order/open", ""},
                                           {FieldSource::Kind::body, "/order/none", ""},
                                           {FieldSource::Kind::body, "/order/empty", ""},
                                           {FieldSource::Kind::body, "/order", ""},
                                           {FieldSource::Kind::body, "/absent/0", ""},
                                           {FieldSource::Kind::header, "ORDER", ""},
                                           {FieldSource::Kind::property, "type", ""}}));
    CAPTURE(row.name);
    const auto made = order_by(row.kind, row.name);
    if (row.order.empty()) {
        CHECK(made.lines.empty());
        CHECK(made.skipped == Skipped::no_order);
    } else {
        REQUIRE(made.lines.size() == 1);
        CHECK(made.lines[0].text ==
              "ord1 sent " + row.order + " sys=mes to=crm via=q.price msg=m1 t=1795305600120000 st=NEW");
    }
}

TEST_CASE("a body that cannot be read has its own reason") {
    auto asked = edge;
    asked.order = {FieldSource::Kind::body, "/id"};
    auto from = message(Kind::published);
    for (const char* body : {"", "{", "\xFF", "\x1F\x8B", R"({"id": "1"} x)"}) {
        CAPTURE(body);
        from.body = body;
        CHECK(hand_off_lines({asked}, from, now).skipped == Skipped::body);
    }
    from.body = R"({"id": "1"})";
    CHECK(hand_off_lines({asked}, from, now).lines.size() == 1);
    from.body_cut = true;
    CHECK(hand_off_lines({asked}, from, now).skipped == Skipped::body);
    from = message(Kind::published);
    from.headers = {{"order", std::string(129, '1')}};
    CHECK(hand_off_lines({edge}, from, now).skipped == Skipped::order_long);
}

TEST_CASE("hostile texts stay in their places") {
    auto from = message(Kind::published);
    from.headers = {{"order", "1 sys=shop\nord1 status 2 st=SHIPPED"}};
    from.properties = {{"message_id", "x\" res=ok :y"}};
    CHECK(lines_of(from) ==
          "ord1 sent \"1 sys=shop\\nord1 status 2 st=SHIPPED\" sys=mes to=crm via=q.price msg=\"x\\\" res=ok :y\" "
          "t=1795305600120000\n");
}

TEST_CASE("what is too long is cut where the agent still sees it, and no key is long") {
    auto asked = edge;
    asked.message = {FieldSource::Kind::header, "id"};
    asked.status = {FieldSource::Kind::body, "/st"};
    const std::string huge(1U << 20U, 'x');
    auto from = message(GENERATE(Kind::published, Kind::delivered, Kind::dead));
    const auto lines_with = [&](const std::string& id) {
        from.headers = {{"order", std::string(128, '1')}, {"id", id}};
        return hand_off_lines({asked}, from, now).lines;
    };
    from.deaths = dead(1, huge).deaths;
    from.body = R"({"st": ")" + huge + R"("})";
    const auto made = lines_with(huge + "a");
    const auto other = lines_with(huge + "b");
    REQUIRE(!made.empty());
    for (std::size_t i = 0; i < made.size(); ++i) {
        CHECK(made[i].text.find(std::string(1025, 'x')) != std::string::npos);
        CHECK(made[i].text.size() < 5000);
        CHECK(made[i].key.size() < 600);
        CHECK(made[i].key != other[i].key);
    }
}

TEST_CASE("a dead letter is a failed delivery with its reason") {
    const auto reason = GENERATE(values<std::string>({"rejected", "expired", "maxlen", "delivery_limit"}));
    CHECK(lines_of(dead(1, reason)) ==
          "ord1 span 10042 sys=crm step=\"deliver q.price\" id=9f1c t=1795305599999999 res=fail "
          "err=\"dead-lettered: " +
              reason + "\" try=1 _queue=q.price _reason=" + reason + " _edge=mes>crm\n");
}

TEST_CASE("of a message that died more than once the broker does not say when") {
    CHECK(lines_of(dead(3)) ==
          "ord1 span 10042 sys=crm step=\"deliver q.price\" id=9f1c t=1795305600120000 res=fail "
          "err=\"dead-lettered: rejected\" try=3 _queue=q.price _reason=rejected _edge=mes>crm\n");
}

TEST_CASE("a death is one fact, whoever tells it, and its end is told when the message comes through") {
    auto again = message(Kind::delivered);
    again.exchange = "retry";
    again.routing_key = "q.price";
    again.deaths = {
        {.queue = "q.price.wait", .reason = "expired", .exchange = "dlx", .routing_key = "price", .count = 1},
        dead(1).deaths[0]};
    auto narrow = edge;
    narrow.exchange = "orders";
    const auto made = hand_off_lines({narrow}, again, now);
    REQUIRE(made.lines.size() == 3);
    const auto death = hand_off_lines({narrow}, dead(1), now).lines.at(0);
    CHECK(made.lines[0].text == death.text);
    CHECK(made.lines[0].key == death.key);
    CHECK(made.lines[0].once);
    CHECK(made.lines[1].text == "ord1 recv 10042 sys=crm from=mes via=q.price msg=9f1c t=1795305600120000");
    CHECK(made.lines[2].text ==
          "ord1 span 10042 sys=crm step=\"deliver q.price\" id=9f1c t=1795305600120000 res=ok try=2");
}

TEST_CASE("the same fact has the same key, another one has another") {
    const auto key = [](const BrokerMessage& from) { return hand_off_lines({edge}, from, now).lines.at(0).key; };
    auto without_id = message(Kind::delivered);
    without_id.properties.clear();
    auto other_body = without_id;
    other_body.body = "x";
    auto delivered_again = message(Kind::delivered);
    delivered_again.delivered_again = true;
    const std::vector<BrokerMessage> different{
        message(Kind::published), message(Kind::delivered), without_id, other_body, delivered_again, dead(1), dead(2),
        dead(1, "expired")};
    for (std::size_t a = 0; a < different.size(); ++a)
        for (std::size_t b = 0; b < different.size(); ++b) {
            CAPTURE(a, b);
            CHECK((key(different[a]) == key(different[b])) == (a == b));
        }
}

TEST_CASE("recent keys forget the oldest") {
    RecentKeys recent{2};
    for (const char* key : {"a", "b", "a", "c"}) recent.add(key);
    CHECK_FALSE(recent.knows("a"));
    CHECK(recent.knows("b"));
    CHECK(recent.knows("c"));
}
