// Sends lines to an agent, one datagram each. Used by one short-lived command at a time.
// Bound: one line is one datagram, at most 65,507 bytes.
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace ordertrace {

inline constexpr std::string_view default_agent = "127.0.0.1:4747";

struct AgentAddress {
    std::string host;  // without brackets
    std::string port;
};

// HOST:PORT or [IPv6]:PORT. The error is about how it is written; nothing is looked up.
Result<AgentAddress> read_agent_address(std::string_view text);

class EventSender {
public:
    // Looks the host up. IPv4 is preferred where a name has both: it is what agents listen on unless told otherwise.
    static Result<EventSender> open(const AgentAddress& agent);

    // Gives the line to the network. What becomes of it is not known.
    Result<void> send(std::string_view line) const;

    // The same, and waits this long for the news that nobody listens there: only then is it an error.
    Result<void> send_and_wait(std::string_view line, std::chrono::milliseconds patience) const;

private:
    EventSender(UniqueFd fd, const sockaddr_storage& to, socklen_t length, std::string name)
        : fd_{std::move(fd)}, to_{to}, length_{length}, name_{std::move(name)} {}

    tl::unexpected<Error> failed(int error) const;

    UniqueFd fd_;
    sockaddr_storage to_;
    socklen_t length_;
    std::string name_;
};

}  // namespace ordertrace
