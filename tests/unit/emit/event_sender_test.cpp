#include "emit/event_sender.h"

#include "unit/cli/agent_socket.h"

using namespace ordertrace;
using namespace std::chrono_literals;

TEST_CASE("the address of an agent") {
    struct Row {
        const char* name;
        std::string_view text;
        const char* host;
        const char* port;
    };
    auto good = GENERATE(values<Row>({{"IPv4", "127.0.0.1:4747", "127.0.0.1", "4747"},
                                      {"IPv6", "[::1]:4747", "::1", "4747"},
                                      {"a name", "agent.shop:1", "agent.shop", "1"}}));
    CAPTURE(good.name);
    const auto address = read_agent_address(good.text);
    REQUIRE(address);
    CHECK(address->host == good.host);
    CHECK(address->port == good.port);
}

TEST_CASE("what is no address of an agent") {
    const std::string text = GENERATE("", "localhost", "localhost:", ":4747", "localhost:0", "localhost:65536",
                                      "localhost:47x", "::1:4747", "[::1:4747", "[]:4747", "[::1]4747", "a b:4747");
    const auto address = read_agent_address(text);
    REQUIRE_FALSE(address);
    CHECK(address.error().message ==
          "--to " + text + ": no address of an agent; write HOST:PORT or [IPv6]:PORT, as in 127.0.0.1:4747");
}

TEST_CASE("a line is one datagram") {
    const AgentSocket agent;
    const auto sender = EventSender::open(agent.address());
    REQUIRE(sender);
    CHECK(sender->send("ord1 status 7 st=A"));
    CHECK(agent.next() == "ord1 status 7 st=A");
    CHECK(sender->send_and_wait("ord1 status 7 st=B", 1ms));
    CHECK(agent.next() == "ord1 status 7 st=B");
}

TEST_CASE("nobody listening is an error only for who waits, and never costs the next line") {
    AgentSocket agent;
    const auto address = agent.address();
    const auto name = agent.name();
    agent.close();
    const auto sender = EventSender::open(address);
    REQUIRE(sender);
    CHECK(sender->send("one"));
    CHECK(sender->send("two"));
    const auto sent = sender->send_and_wait("three", 10s);
    REQUIRE_FALSE(sent);
    CHECK(sent.error().message == name + ": Connection refused; is the agent running and listening there?");
}

TEST_CASE("a line that fits no datagram is said to be too long") {
    const AgentSocket agent;
    const auto sender = EventSender::open(agent.address());
    REQUIRE(sender);
    const auto sent = sender->send(std::string(70'000, 'x'));
    REQUIRE_FALSE(sent);
    CHECK(sent.error().message == agent.name() + ": the line is over 65,507 bytes and fits no datagram; shorten it");
}

TEST_CASE("a host name that cannot be one is said with the name") {
    const auto sender = EventSender::open({"256.256.256.256.", "4747"});
    REQUIRE_FALSE(sender);
    CHECK(sender.error().message.find("256.256.256.256.:4747: ") == 0);
    CHECK(sender.error().message.find("; check the host name") != std::string::npos);
}
