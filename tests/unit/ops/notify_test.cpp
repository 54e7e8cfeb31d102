#include "ops/notify.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>

using namespace ordertrace;

namespace {

// What systemd listens on. `name` begins with @ for an abstract one.
class ServiceManager {
public:
    explicit ServiceManager(const std::string& name) : fd_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)} {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        REQUIRE(name.size() < sizeof address.sun_path);
        std::memcpy(address.sun_path, name.data(), name.size());
        if (name[0] == '@') address.sun_path[0] = '\0';
        const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
        REQUIRE(::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), length) == 0);
        ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
    }
    std::string next() const {
        std::array<char, 512> message{};
        const auto count = ::recv(fd_.get(), message.data(), message.size(), MSG_DONTWAIT);
        return count < 0 ? "nothing" : std::string{message.data(), static_cast<std::size_t>(count)};
    }

private:
    UniqueFd fd_;
};

class SocketFile {
public:
    SocketFile() { REQUIRE(::mkdtemp(directory_.data()) != nullptr); }
    ~SocketFile() { std::filesystem::remove_all(directory_); }
    std::string path() const { return directory_ + "/notify"; }

private:
    std::string directory_ = "/tmp/notify_test.XXXXXX";
};

}  // namespace

TEST_CASE("every notification is one datagram to the manager's socket") {
    const SocketFile file;
    const bool abstract = GENERATE(false, true);
    const auto name = abstract ? "@ordertrace-notify-test-" + std::to_string(::getpid()) : file.path();
    const ServiceManager manager{name};
    const auto notifier = Notifier::from_environment();
    CHECK(std::getenv("NOTIFY_SOCKET") == nullptr);

    CHECK(notifier.ready("listening\non it"));
    CHECK(manager.next() == "READY=1\nSTATUS=listening\\x0Aon it");
    CHECK(notifier.reloading());
    CHECK(manager.next().rfind("RELOADING=1\nMONOTONIC_USEC=", 0) == 0);
    CHECK(notifier.status("3 pending"));
    CHECK(manager.next() == "STATUS=3 pending");
    CHECK(notifier.watchdog());
    CHECK(manager.next() == "WATCHDOG=1");
    CHECK(notifier.stopping("draining"));
    CHECK(manager.next() == "STOPPING=1\nSTATUS=draining");
}

TEST_CASE("without a manager there is nothing to say and nobody to fail") {
    ::unsetenv("NOTIFY_SOCKET");
    CHECK(Notifier::from_environment().ready("x"));
}

TEST_CASE("a manager that is gone, or has no possible name, is told as a failure") {
    ::setenv("NOTIFY_SOCKET", "/nowhere/notify", 1);
    CHECK_FALSE(Notifier::from_environment().ready("x"));
    ::setenv("NOTIFY_SOCKET", std::string(200, 'x').c_str(), 1);
    CHECK_FALSE(Notifier::from_environment().ready("x"));
}

TEST_CASE("the watchdog is fed at half of its patience, if it means this process") {
    struct Row {
        const char* name;
        const char* usec;
        std::string pid;
        std::optional<Duration> want;
    };
    const auto me = std::to_string(::getpid());
    auto row = GENERATE_COPY(values<Row>({{"for us", "30000000", me, std::chrono::seconds{15}},
                                          {"for anyone", "30000000", "", std::chrono::seconds{15}},
                                          {"for another", "30000000", "1", std::nullopt},
                                          {"no number", "3s", me, std::nullopt},
                                          {"zero", "0", me, std::nullopt},
                                          {"none", "", me, std::nullopt}}));
    CAPTURE(row.name);
    ::setenv("WATCHDOG_USEC", row.usec, 1);
    ::setenv("WATCHDOG_PID", row.pid.c_str(), 1);
    CHECK(Notifier::from_environment().watchdog_every() == row.want);
    CHECK(std::getenv("WATCHDOG_USEC") == nullptr);
    CHECK(std::getenv("WATCHDOG_PID") == nullptr);
}

namespace {

// Descriptors from 3 on belong to the test's own process otherwise, so this runs in a child. Its exit code is the
// number of the first check that failed, 0 if all held.
int inherit_in_child(const char* count, bool for_us, const char* names, int (*check)()) {
    const pid_t child = ::fork();
    if (child == 0) {
        const int open = ::open("/dev/null", O_RDONLY);
        ::dup2(open, 10);
        ::dup2(10, 3);
        ::dup2(10, 4);
        ::setenv("LISTEN_FDS", count, 1);
        ::setenv("LISTEN_PID", std::to_string(for_us ? ::getpid() : 1).c_str(), 1);
        ::setenv("LISTEN_FDNAMES", names, 1);
        ::_exit(check());
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

}  // namespace

TEST_CASE("inherited sockets are taken with their names, and only once") {
    CHECK(inherit_in_child("2", true, "events:admin", [] {
              const auto sockets = inherited_sockets();
              if (sockets.size() != 2) return 1;
              if (sockets[0].fd.get() != 3 || sockets[1].fd.get() != 4) return 2;
              if (sockets[0].name != "events" || sockets[1].name != "admin") return 3;
              if ((::fcntl(3, F_GETFD) & FD_CLOEXEC) == 0) return 4;
              if (std::getenv("LISTEN_FDS") != nullptr || std::getenv("LISTEN_PID") != nullptr ||
                  std::getenv("LISTEN_FDNAMES") != nullptr)
                  return 5;
              return inherited_sockets().empty() ? 0 : 6;
          }) == 0);
    CHECK(inherit_in_child("2", true, "", [] {
              const auto sockets = inherited_sockets();
              return sockets.size() == 2 && sockets[1].name.empty() ? 0 : 1;
          }) == 0);
}

TEST_CASE("sockets meant for another process, or not there, are none") {
    const auto none = [] { return inherited_sockets().empty() ? 0 : 1; };
    CHECK(inherit_in_child("2", false, "", none) == 0);
    CHECK(inherit_in_child("two", true, "", none) == 0);
    CHECK(inherit_in_child("", true, "", none) == 0);
    CHECK(inherit_in_child("-1", true, "", none) == 0);
    CHECK(inherit_in_child("4000000000", true, "", [] { return inherited_sockets().size() < 1024 ? 0 : 1; }) == 0);
}
