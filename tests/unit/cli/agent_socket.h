// Stands where an agent listens: a UDP socket on a port of its own.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>

#include <array>
#include <catch2/catch.hpp>
#include <string>

#include "base/unique_fd.h"
#include "emit/event_sender.h"

namespace ordertrace {

class AgentSocket {
public:
    AgentSocket() : fd_{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)} {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        REQUIRE(::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), length) == 0);
        REQUIRE(::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &length) == 0);
        port_ = std::to_string(ntohs(address.sin_port));
    }

    AgentAddress address() const { return {"127.0.0.1", port_}; }
    std::string name() const { return "127.0.0.1:" + port_; }

    // What loopback has already brought; "nothing" if there is none.
    std::string next() const {
        std::array<char, 65'536> buffer{};
        const auto count = ::recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        return count < 0 ? "nothing" : std::string{buffer.data(), static_cast<std::size_t>(count)};
    }

    void close() { fd_.reset(); }

private:
    UniqueFd fd_;
    std::string port_;
};

}  // namespace ordertrace
