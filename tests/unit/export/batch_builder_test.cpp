#include "export/batch_builder.h"

#include <rapidcheck.h>
#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/transport/TBufferTransports.h>
#include <catch2/catch.hpp>

#include "export/gzip.h"
#include "export/jaeger_encoder.h"
#include "jaeger_types.h"
#include "unit/export/batch_reader.h"

using namespace ordertrace;

namespace {

// A window whose spans are named by their place, with their processes as given.
struct Filled {
    std::vector<std::string> bytes;
    Window window;

    explicit Filled(const std::vector<std::size_t>& processes) {
        JaegerEncoder encoder;
        for (std::size_t i = 0; i < processes.size(); ++i) {
            const auto name = std::to_string(i);
            Span span;
            span.name = name;
            bytes.emplace_back(encoder.encode(span));
        }
        for (const char* service : {"crm", "mes", "shop"}) window.processes.push_back(encode_process(service, {}));
        for (std::size_t i = 0; i < processes.size(); ++i)
            window.spans.push_back({.number = i + 1, .process = processes[i], .start = {}, .bytes = bytes[i]});
    }
};

std::string read_whole(RequestBody body, std::size_t piece) {
    std::string out;
    std::string buffer(piece, '\0');
    while (const auto size = body.read(buffer.data(), piece)) out.append(buffer, 0, size);
    return out;
}

}  // namespace

TEST_CASE("a window becomes one batch a process, in the journal's order") {
    const Filled filled{{1, 0, 1, 2, 0}};
    BatchBuilder builder;
    builder.split(filled.window, 1 << 20);
    REQUIRE(builder.ranges() == std::vector<SpanRange>{{0, 2}, {2, 2}, {4, 1}});
    const auto crm = read_batch(read_whole(builder.body(builder.ranges()[0]), 4096));
    CHECK(crm.service == "crm");
    CHECK(crm.names == std::vector<std::string>{"1", "4"});
    const auto mes = read_batch(read_whole(builder.body(builder.ranges()[1]), 4096));
    CHECK(mes.service == "mes");
    CHECK(mes.names == std::vector<std::string>{"0", "2"});
    CHECK(read_batch(read_whole(builder.body({3, 1}), 4096)).names == std::vector<std::string>{"2"});
}

TEST_CASE("no body is over the limit unless one span is") {
    const Filled filled{std::vector<std::size_t>(10, 0)};
    const auto span = filled.bytes[0].size();
    const auto envelope = RequestBody::envelope_size(filled.window.processes[0]);
    BatchBuilder builder;
    builder.split(filled.window, envelope + 3 * span);
    CHECK(builder.ranges() == std::vector<SpanRange>{{0, 3}, {3, 3}, {6, 3}, {9, 1}});
    CHECK(builder.body({0, 3}).size() == envelope + 3 * span);
    builder.split(filled.window, 1);
    CHECK(builder.ranges().size() == 10);
}

TEST_CASE("a body read in pieces of any size is the same and as long as it said") {
    const Filled filled{{0, 0, 0, 1}};
    BatchBuilder builder;
    builder.split(filled.window, 1 << 20);
    const auto whole = read_whole(builder.body({0, 3}), 4096);
    CHECK(builder.body({0, 3}).size() == whole.size());
    for (std::size_t piece = 1; piece < whole.size(); ++piece) {
        CAPTURE(piece);
        CHECK(read_whole(builder.body({0, 3}), piece) == whole);
    }
}

TEST_CASE("every span of a window is in exactly one range of its process") {
    CHECK(rc::check([] {
        const auto processes = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 3));
        const auto limit = *rc::gen::inRange<std::uint64_t>(1, 2000);
        const Filled filled{processes};
        BatchBuilder builder;
        builder.split(filled.window, limit);
        std::size_t place = 0;
        std::vector<bool> seen(processes.size());
        for (const auto range : builder.ranges()) {
            RC_ASSERT(range.first == place);
            RC_ASSERT(range.count > 0U);
            RC_ASSERT(range.count == 1 || builder.body(range).size() <= limit);
            for (; place < range.first + range.count; ++place) {
                RC_ASSERT(builder.span(place).process == builder.span(range.first).process);
                RC_ASSERT(!seen.at(builder.span(place).number - 1));
                seen.at(builder.span(place).number - 1) = true;
            }
        }
        RC_ASSERT(place == processes.size());
    }));
}

TEST_CASE("a compressed body inflates to the same bytes, again and again") {
    Gzip gzip;
    for (const std::size_t count : {1U, 3000U, 2U}) {
        CAPTURE(count);
        const Filled filled{std::vector<std::size_t>(count, 0)};
        BatchBuilder builder;
        builder.split(filled.window, 1 << 30);
        auto body = builder.body({0, count});
        const auto plain = read_whole(body, 4096);
        CHECK(inflated(gzip.compress(body)) == plain);
        CHECK(read_whole(body, 4096) == plain);  // it can be sent as it is afterwards
        gzip.release();
    }
}

TEST_CASE("what does not compress is not cut") {
    std::string noise(300'000, '\0');
    std::uint32_t state = 1;
    for (auto& byte : noise) byte = static_cast<char>((state = state * 1664525U + 1013904223U) >> 24U);
    RequestBody body{noise};
    Gzip gzip;
    CHECK(inflated(gzip.compress(body)) == noise);
}
