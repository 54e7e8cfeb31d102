#include "intake/hand_over.h"

#include <catch2/catch.hpp>
#include <thread>

#include "intake/udp_intake.h"

using namespace ordertrace;

namespace {

Parcel parcel_of(std::string text, std::function<void(ParcelOutcome)> done = [](ParcelOutcome) {}) {
    Parcel parcel;
    parcel.text = std::move(text);
    parcel.done = std::move(done);
    return parcel;
}

// Reads three bytes of a parcel at a time.
struct SlowSink : DatagramSink {
    void datagram(std::size_t, std::string_view bytes, const sockaddr_storage&, TimePoint) override {
        seen += std::string{bytes} + ' ';
    }
    void burst_end(std::size_t, std::size_t, std::optional<std::uint32_t>) override {}
    bool parcel(Parcel& parcel) override {
        seen += parcel.text.substr(parcel.read_up_to, 3) + ' ';
        parcel.read_up_to = std::min(parcel.read_up_to + 3, parcel.text.size());
        parcel.outcome.accepted += 1;
        return parcel.read_up_to == parcel.text.size();
    }
    void tick(TimePoint, const std::vector<std::uint32_t>&) override {}
    std::optional<TimePoint> next_due() const override { return std::nullopt; }
    std::string seen;
};

}  // namespace

TEST_CASE("parcels are taken in the order they were put") {
    HandOver hand_over;
    CHECK_FALSE(hand_over.any());
    CHECK_FALSE(hand_over.take());
    auto one = parcel_of("one");
    auto two = parcel_of("");
    CHECK(hand_over.put(one));
    CHECK(hand_over.put(two));
    CHECK(hand_over.any());
    CHECK(hand_over.take()->text == "one");
    CHECK(hand_over.take()->text.empty());
    CHECK_FALSE(hand_over.any());
}

TEST_CASE("the hand-over takes so many bytes, and leaves a parcel as it is when it is full") {
    HandOver hand_over;
    for (std::size_t i = 0; i < HandOver::max_bytes / max_parcel; ++i) {
        auto parcel = parcel_of(std::string(max_parcel, 'x'));
        REQUIRE(hand_over.put(parcel));
    }
    auto more = parcel_of("y");
    CHECK_FALSE(hand_over.put(more));
    CHECK(more.text == "y");
    hand_over.take();
    CHECK(hand_over.put(more));
}

TEST_CASE("a parcel wakes the loop, is read in parts, and its outcome is given once") {
    HandOver hand_over;
    UdpIntake intake{{}, {}, &hand_over};
    SlowSink sink;
    std::atomic<int> outcomes{0};
    std::uint64_t accepted = 0;
    std::thread other{[&] {
        std::this_thread::sleep_for(std::chrono::milliseconds{20});  // the loop is likely to wait by then
        auto parcel = parcel_of("abcdefgh", [&](ParcelOutcome outcome) {
            accepted = outcome.accepted;
            ++outcomes;
            intake.stop();
        });
        CHECK(hand_over.put(parcel));
    }};
    intake.run(sink);
    other.join();
    CHECK(sink.seen == "abc def gh ");
    CHECK(outcomes == 1);
    CHECK(accepted == 3);
}

TEST_CASE("what was handed over before the stop is read") {
    HandOver hand_over;
    UdpIntake intake{{}, {}, &hand_over};
    auto parcel = parcel_of("abcd");
    CHECK(hand_over.put(parcel));
    intake.stop();
    SlowSink sink;
    intake.run(sink);
    CHECK(sink.seen == "abc d ");
}

TEST_CASE("datagrams are read between the parts of a parcel") {
    std::vector<UdpSocket> sockets;
    ListenerSettings settings;
    settings.address.port = 0;
    sockets.push_back(UdpSocket::bind(settings).value());
    const auto to = sockets.front().local();
    HandOver hand_over;
    UdpIntake intake{std::move(sockets), {5}, &hand_over};
    struct Sink : SlowSink {
        void datagram(std::size_t listener, std::string_view, const sockaddr_storage&, TimePoint) override {
            seen += "datagram of listener " + std::to_string(listener) + ' ';
        }
        bool parcel(Parcel& parcel) override {
            if (parcel.read_up_to == 0) send();
            return SlowSink::parcel(parcel);
        }
        std::function<void()> send;
    } sink;
    sink.send = [&] {
        const UniqueFd fd{::socket(AF_INET, SOCK_DGRAM, 0)};
        sockaddr_in in4{};
        in4.sin_family = AF_INET;
        in4.sin_port = htons(to.port);
        in4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::sendto(fd.get(), "x", 1, 0, reinterpret_cast<sockaddr*>(&in4), sizeof in4) == 1);
    };
    auto parcel = parcel_of("abcdef", [&](ParcelOutcome) { intake.stop(); });
    CHECK(hand_over.put(parcel));
    intake.run(sink);
    CHECK(sink.seen == "abc datagram of listener 5 def ");
}
