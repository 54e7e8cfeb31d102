#include "emit/event_door.h"

#include "unit/cli/agent_socket.h"
#include "unit/cli/fake_board.h"

using namespace ordertrace;
using namespace std::chrono_literals;

namespace {

EventDoor door_to(const std::string& text) {
    const auto address = read_door_address(text);
    REQUIRE(address);
    auto door = EventDoor::open(*address);
    REQUIRE(door);
    return std::move(*door);
}

using Refusals = std::vector<std::pair<std::size_t, std::string>>;

Refusals pairs(const std::vector<Offered::Refusal>& refusals) {
    Refusals pairs;
    for (const auto& refusal : refusals) pairs.emplace_back(refusal.event, refusal.reason);
    return pairs;
}

const std::vector<std::string> three{"ord1 status 7 st=A", "ord1 note 7 :one\ntwo", "ord1 status 7 st=B"};

}  // namespace

TEST_CASE("the address of an agent's door") {
    const auto udp = read_door_address("127.0.0.1:4747");
    REQUIRE(udp);
    CHECK(std::get<AgentAddress>(*udp).port == "4747");
    const auto http = read_door_address("http://[::1]:4749/shop/");
    REQUIRE(http);
    CHECK(std::get<Url>(*http).port == 4749);
    CHECK(read_door_address("4747").error().message ==
          "--to 4747: no address of an agent; write HOST:PORT or [IPv6]:PORT, as in 127.0.0.1:4747");
    CHECK(read_door_address("http://u:p@host").error().message.find("p@host") == std::string::npos);
    CHECK(read_door_address("http://").error().message.find("--to: ") == 0);
}

TEST_CASE("by HTTP events are taken together, and what was refused is told") {
    struct Row {
        const char* name;
        int status;
        const char* body;
        std::size_t taken;
        Refusals refused;
        std::size_t more_refused;
        const char* trouble;  // behind the URL
    };
    auto row = GENERATE(values<Row>({
        {"taken", 204, "", 3, {}, 0, ""},
        {"two refused",
         400,
         "line 1: order: no order\nline 3: marker: none\nline 4: json: x\nline 9: y\n",
         3,
         {{0, "order: no order"}, {1, "marker: none"}, {2, "json: x"}},
         0,
         ""},
        {"more refused than are named", 400, "line 1: x\nand 2 more bad lines\n", 3, {{0, "x"}}, 2, ""},
        {"a 400 of another", 400, "<html>line 1</html>", 0, {}, 0, " answered 400"},
        {"no door", 404, "", 0, {}, 0, " answered 404"},
        {"busy", 503, "", 0, {}, 0, " answered 503"},
    }));
    CAPTURE(row.name);
    const FakeBoard agent{[&](const std::string&) { return FakeBoard::answer(row.status, row.body); }};
    const auto path = GENERATE("/", "/v1/events");
    const auto offered = door_to(agent.url() + path).offer(three, 10s);
    CHECK(offered.taken == row.taken);
    CHECK(pairs(offered.refused) == row.refused);
    CHECK(offered.more_refused == row.more_refused);
    CHECK(offered.trouble ==
          (*row.trouble == '\0'
               ? std::string{}
               : agent.url() + path + row.trouble + "; is that the events' address of an agent (listen: - http: …)?"));
    REQUIRE(agent.heads().size() == 1);
    const auto head = agent.heads()[0];
    CHECK(head.find("POST /v1/events HTTP/1.1\r\n") == 0);
    CHECK(head.find("\r\nContent-Length: 59\r\n") != std::string::npos);
    CHECK(head.find("\r\nContent-Type: text/plain\r\n") != std::string::npos);
}

TEST_CASE("an agent that is away is told of with its URL, and nothing is taken") {
    const auto url = "http://127.0.0.1:" + closed_port();
    const auto offered = door_to(url).offer(three, 10s);
    CHECK(offered.taken == 0);
    CHECK(offered.trouble == url + ": Connection refused; is the agent running there?");
}

TEST_CASE("by UDP each event is a datagram, and an agent that is away is noticed") {
    AgentSocket agent;
    const auto door = door_to(agent.name());
    CHECK(door.offer(three, 1s).taken == 3);
    for (const auto& event : three) CHECK(agent.next() == event);
    const std::vector<std::string> long_one{three[0], std::string(65'508, 'x'), three[2]};
    const auto offered = door.offer(long_one, 1s);
    CHECK(offered.taken == 3);
    CHECK(pairs(offered.refused) == Refusals{{1, "over 65,507 bytes, it fits no datagram"}});
    agent.close();
    const auto gone = door.offer(three, 1s);
    CHECK(gone.taken == 0);
    CHECK(gone.trouble == agent.name() + ": Connection refused; is the agent running and listening there?");
}
