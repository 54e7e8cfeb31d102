#include "intake/udp_intake.h"

#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <thread>

using namespace ordertrace;

namespace {

ListenerSettings on(const char* host, bool ipv6, std::uint64_t buffer = 1U << 20U) {
    ListenerSettings settings;
    settings.address = {.host = host, .port = 0, .ipv6 = ipv6};
    settings.receive_buffer = buffer;
    return settings;
}

// Sends datagrams to a listener through a socket of its own.
class Sender {
public:
    explicit Sender(const UdpSocket& to) : fd_{::socket(to.local().ipv6 ? AF_INET6 : AF_INET, SOCK_DGRAM, 0)} {
        sockaddr_storage address{};
        socklen_t length = sizeof address;
        ::getsockname(to.fd(), reinterpret_cast<sockaddr*>(&address), &length);
        REQUIRE(::connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), length) == 0);
    }
    void send(std::string_view text) const { REQUIRE(::send(fd_.get(), text.data(), text.size(), 0) >= 0); }

private:
    UniqueFd fd_;
};

// Counts what the loop gives and stops it when `expected` datagrams came.
struct CountingSink : DatagramSink {
    void datagram(std::size_t listener, std::string_view bytes, const sockaddr_storage& sender, TimePoint) override {
        texts.push_back(std::to_string(listener) + ' ' + std::string{bytes.substr(0, 40)});
        largest = std::max(largest, bytes.size());
        from = to_string(sender);
    }
    void burst_end(std::size_t, std::size_t datagrams, std::optional<std::uint32_t> drops) override {
        bursts.push_back(datagrams);
        if (drops) last_drops = *drops;
        if (texts.size() + last_drops >= expected) intake->stop();
    }
    bool parcel(Parcel& parcel) override {
        texts.push_back(std::to_string(parcel.listener) + " parcel " + parcel.text);
        return true;
    }
    void tick(TimePoint, const std::vector<std::uint32_t>& drops) override {
        ++ticks;
        last_drops = drops.front();
        if (texts.size() + last_drops >= expected) intake->stop();
    }
    std::optional<TimePoint> next_due() const override { return due; }

    UdpIntake* intake = nullptr;
    std::size_t expected = 0;
    std::vector<std::string> texts;
    std::vector<std::size_t> bursts;
    std::size_t largest = 0;
    std::uint32_t last_drops = 0;
    std::string from;
    int ticks = 0;
    std::optional<TimePoint> due;
};

}  // namespace

TEST_CASE("datagrams of both families arrive, with their listener and sender") {
    std::vector<UdpSocket> sockets;
    sockets.push_back(UdpSocket::bind(on("127.0.0.1", false)).value());
    sockets.push_back(UdpSocket::bind(on("::1", true)).value());
    Sender four{sockets[0]};
    Sender six{sockets[1]};
    four.send("a");
    four.send(std::string(65'507, 'b'));
    six.send("c");
    UdpIntake intake{std::move(sockets)};
    CountingSink sink;
    sink.intake = &intake;
    sink.expected = 3;
    intake.run(sink);
    CHECK(sink.texts == std::vector<std::string>{"0 a", "0 " + std::string(40, 'b'), "1 c"});
    CHECK(sink.largest == 65'507);
    CHECK(sink.from.starts_with("[::1]:"));
}

TEST_CASE("what arrives is what was sent, less what the kernel counts as lost, without a further datagram") {
    std::vector<UdpSocket> sockets;
    sockets.push_back(UdpSocket::bind(on("127.0.0.1", false, 4096)).value());
    Sender sender{sockets[0]};
    for (int i = 0; i < 5000; ++i) sender.send("ord1 span 1 step=x");
    UdpIntake intake{std::move(sockets)};
    CountingSink sink;
    sink.intake = &intake;
    sink.expected = 5000;
    intake.run(sink);
    CHECK(sink.last_drops > 0);
    CHECK(sink.texts.size() + sink.last_drops == 5000);
}

TEST_CASE("a burst is at most 64 datagrams") {
    std::vector<UdpSocket> sockets;
    sockets.push_back(UdpSocket::bind(on("127.0.0.1", false)).value());
    Sender sender{sockets[0]};
    for (int i = 0; i < 130; ++i) sender.send("x");
    UdpIntake intake{std::move(sockets)};
    CountingSink sink;
    sink.intake = &intake;
    sink.expected = 130;
    intake.run(sink);
    CHECK(sink.bursts == std::vector<std::size_t>{64, 64, 2});
}

TEST_CASE("datagrams of one burst keep their own times") {
    const auto socket = UdpSocket::bind(on("127.0.0.1", false)).value();
    Sender sender{socket};
    DatagramBurst burst;
    // The kernel begins to stamp in the background once the first socket asks for it.
    bool stamped = false;
    for (int attempt = 0; attempt < 500 && !stamped; ++attempt) {
        const auto before = wall_clock();
        sender.send("a");
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
        sender.send("b");
        const auto after = wall_clock();
        REQUIRE(burst.receive(socket.fd()) == 2);
        const auto now = wall_clock() + std::chrono::hours{1};  // tells a stamp from the lack of one
        stamped = burst.arrived(0, now) >= before && burst.arrived(1, now) <= after &&
                  burst.arrived(1, now) - burst.arrived(0, now) >= std::chrono::milliseconds{2};
    }
    CHECK(stamped);
}

TEST_CASE("a time that cannot be is replaced by now") {
    const auto socket = UdpSocket::bind(on("127.0.0.1", false)).value();
    Sender{socket}.send("a");
    DatagramBurst burst;
    REQUIRE(burst.receive(socket.fd()) == 1);
    const auto clock_set_back = wall_clock() - std::chrono::hours{1};
    const auto clock_set_forward = wall_clock() + std::chrono::hours{48};
    CHECK(burst.arrived(0, clock_set_back) == clock_set_back);
    CHECK(burst.arrived(0, clock_set_forward) == clock_set_forward);
}

TEST_CASE("a sleeping loop ends at once when stopped from another thread, and reads what is left") {
    std::vector<UdpSocket> sockets;
    sockets.push_back(UdpSocket::bind(on("127.0.0.1", false)).value());
    Sender sender{sockets[0]};
    UdpIntake intake{std::move(sockets)};
    CountingSink sink;
    sink.intake = &intake;
    sink.expected = 1'000'000;
    std::thread other{[&] {
        sender.send("last");
        intake.stop();
    }};
    intake.run(sink);
    other.join();
    CHECK(sink.texts == std::vector<std::string>{"0 last"});
    CHECK(sink.ticks > 0);
}

TEST_CASE("an address that is taken is refused with a clear error") {
    const auto first = UdpSocket::bind(on("127.0.0.1", false)).value();
    auto settings = on("127.0.0.1", false);
    settings.address.port = first.local().port;
    const auto second = UdpSocket::bind(settings);
    REQUIRE_FALSE(second);
    CHECK(second.error().message == "listen udp 127.0.0.1:" + std::to_string(first.local().port) +
                                        ": Address already in use; another program has this address, see `ss -lunp`");
}

TEST_CASE("an inherited socket must be a datagram socket") {
    UniqueFd stream{::socket(AF_INET, SOCK_STREAM, 0)};
    const auto adopted = UdpSocket::adopt(std::move(stream), on("127.0.0.1", false));
    REQUIRE_FALSE(adopted);
    CHECK(adopted.error().message == "listen udp 127.0.0.1:0: the inherited socket is not a datagram socket");
}

TEST_CASE("the buffer really got is told, and every socket has a cookie of its own") {
    const auto a = UdpSocket::bind(on("127.0.0.1", false, 65'536)).value();
    const auto b = UdpSocket::bind(on("127.0.0.1", false, 65'536)).value();
    CHECK(a.receive_buffer() == 2 * 65'536);
    CHECK(a.cookie() != 0);
    CHECK(a.cookie() != b.cookie());
    CHECK(is_bound_to(a.fd(), a.local()));
    CHECK_FALSE(is_bound_to(a.fd(), b.local()));
}
