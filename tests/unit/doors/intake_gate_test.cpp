#include "doors/intake_gate.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <catch2/catch.hpp>

using namespace ordertrace;

namespace {

struct Gate {
    boost::asio::io_context context{1};
    HandOver hand_over;
    IntakeGate gate{context.get_executor(), hand_over};
    std::string happened;

    void deliver(std::string text) {
        Parcel parcel;
        parcel.text = std::move(text);
        boost::asio::co_spawn(context, gate.deliver(std::move(parcel)), [this](auto, const ParcelOutcome& outcome) {
            happened += outcome.taken ? "taken " + std::to_string(outcome.accepted) + ' ' : "not taken ";
        });
        poll();
    }
    void poll() {
        context.restart();
        context.poll();
    }
    // As the intake thread does it.
    void take(std::uint64_t accepted) {
        const auto parcel = hand_over.take();
        REQUIRE(parcel);
        ParcelOutcome outcome;
        outcome.accepted = accepted;
        parcel->done(outcome);
        poll();
    }
};

const std::string full(HandOver::max_bytes, 'x');

}  // namespace

TEST_CASE("who delivers a parcel waits until it is taken") {
    Gate gate;
    gate.deliver("one");
    CHECK(gate.happened.empty());
    gate.take(1);
    CHECK(gate.happened == "taken 1 ");
}

TEST_CASE("who finds no room waits for it") {
    Gate gate;
    gate.deliver(full);
    gate.deliver("two");
    gate.deliver("three");
    gate.take(1);
    CHECK(gate.happened == "taken 1 ");
    gate.take(2);
    gate.take(3);
    CHECK(gate.happened == "taken 1 taken 2 taken 3 ");
}

TEST_CASE("nobody waits for an intake that has ended") {
    Gate gate;
    gate.deliver(full);
    gate.deliver("no room");
    gate.gate.close();
    gate.poll();
    CHECK(gate.happened == "not taken not taken ");
    gate.deliver("later");
    CHECK(gate.happened == "not taken not taken not taken ");
    CHECK_FALSE(gate.hand_over.any());
}
