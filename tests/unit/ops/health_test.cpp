#include "ops/health.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <array>
#include <catch2/catch.hpp>
#include <optional>
#include <thread>

#include "base/unique_fd.h"

using namespace ordertrace;
using namespace std::chrono_literals;

namespace {

// Listens on a port of its own and gives one connection one answer; without an answer it never accepts.
class OneAnswer {
public:
    explicit OneAnswer(std::optional<std::string> answer) : fd_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        REQUIRE(::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), length) == 0);
        REQUIRE(::listen(fd_.get(), 1) == 0);
        REQUIRE(::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &length) == 0);
        url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
        if (answer) thread_ = std::thread{[this, text = *answer] { serve(text); }};
    }
    ~OneAnswer() {
        if (thread_.joinable()) thread_.join();
    }

    std::string url;

private:
    void serve(const std::string& text) {
        const UniqueFd peer{::accept(fd_.get(), nullptr, nullptr)};
        std::array<char, 1024> chunk{};
        if (::recv(peer.get(), chunk.data(), chunk.size(), 0) > 0)
            ::send(peer.get(), text.data(), text.size(), MSG_NOSIGNAL);
    }
    UniqueFd fd_;
    std::thread thread_;
};

}  // namespace

TEST_CASE("a healthy agent is said to be so") {
    OneAnswer agent{"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n"};
    const auto report = check_health(agent.url);
    CHECK(report.exit_code == 0);
    CHECK(report.line == "healthy: " + agent.url + "/healthz answered 200");
}

TEST_CASE("a path of its own is asked instead") {
    OneAnswer agent{"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 9\r\n\r\ndraining\n"};
    const auto report = check_health(agent.url + "/readyz");
    CHECK(report.exit_code == 1);
    CHECK(report.line == "unhealthy: " + agent.url + "/readyz answered 503: draining");
}

TEST_CASE("no agent, no answer and no HTTP are unhealthy") {
    std::string gone;
    {
        const OneAnswer closed{std::nullopt};
        gone = closed.url;
    }
    CHECK(check_health(gone).exit_code == 1);
    CHECK(check_health(gone).line ==
          "unhealthy: " + gone + "/healthz: Connection refused; is the agent running there?");

    const OneAnswer mute{std::nullopt};
    const auto silent = check_health(mute.url, 50ms);
    CHECK(silent.exit_code == 1);
    CHECK(silent.line == "unhealthy: " + mute.url + "/healthz gave no answer within 50 ms");

    OneAnswer other{"SSH-2.0-x\r\n"};
    const auto foreign = check_health(other.url);
    CHECK(foreign.exit_code == 1);
    CHECK(foreign.line == "unhealthy: " + other.url + "/healthz: bad version; is the agent running there?");
}

TEST_CASE("a URL that is none is wrong usage") {
    struct Row {
        const char* name;
        std::string_view url;
    };
    auto row = GENERATE(values<Row>({{"empty", ""},
                                     {"no scheme", "127.0.0.1:4748"},
                                     {"https", "https://127.0.0.1:4748"},
                                     {"no host", "http://:4748"},
                                     {"no port", "http://127.0.0.1:"},
                                     {"a port too high", "http://127.0.0.1:65536"},
                                     {"a broken bracket", "http://[::1:4748"},
                                     {"credentials", "http://a@b:4748"}}));
    CAPTURE(row.name);
    const auto report = check_health(row.url);
    CHECK(report.exit_code == 64);
    CHECK(report.line ==
          "health: --admin " + std::string{row.url} + " is no URL of an admin port; write http://HOST:PORT");
    CHECK(check_health("http://a\r\nX: y").line ==
          "health: --admin http://a\\x0D\\x0AX: y is no URL of an admin port; write http://HOST:PORT");
}
