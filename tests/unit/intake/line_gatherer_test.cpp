#include "intake/line_gatherer.h"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "intake/datagram_lines.h"
#include "unit/intake/reading.h"

using namespace ordertrace;

namespace {

constexpr auto piece_bytes = LineGatherer::piece_bytes;

// The pieces of a stream that comes in such chunks, as a connection gives them.
std::vector<std::string> pieces_of(std::string_view stream, std::size_t chunk, LineGatherer lines = LineGatherer{}) {
    std::vector<std::string> pieces;
    for (; !stream.empty(); stream.remove_prefix(std::min(chunk, stream.size()))) {
        lines.add(stream.substr(0, chunk));
        while (lines.full()) pieces.push_back(lines.take_piece());
    }
    pieces.push_back(lines.take_rest());
    return pieces;
}

std::string joined(const std::vector<std::string>& pieces) {
    std::string all;
    for (const auto& piece : pieces) all += piece;
    return all;
}

std::string read_in_pieces(const std::vector<std::string>& pieces) {
    std::string read;
    for (const auto& piece : pieces)
        if (!piece.empty()) read += (read.empty() ? "" : "\n") + reading_of(piece);
    return read;
}

std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
}

}  // namespace

TEST_CASE("what has gathered is whole lines, and half a one") {
    LineGatherer lines;
    lines.add("ord1 span 1 step=a\nord1 sp");
    CHECK(lines.has_line());
    CHECK(lines.half_line() == 7);
    CHECK(lines.take_lines() == "ord1 span 1 step=a\n");
    CHECK_FALSE(lines.has_line());
    CHECK(lines.place() == 19);
    lines.add("an 2 step=a");
    CHECK(lines.take_lines().empty());
    CHECK(lines.take_rest() == "ord1 span 2 step=a");
    CHECK(lines.half_line() == 0);
    CHECK(lines.place() == 37);
}

TEST_CASE("a piece ends before an event, not within its note") {
    struct Row {
        const char* name;
        std::string text;
        std::string piece;
    };
    auto row = GENERATE(values<Row>({
        {"a note goes on", "ord1 a\nord1 b :x\n  at y\n", "ord1 a\n"},
        {"it is over", "ord1 a\n  x\n\nord1 b\n", "ord1 a\n  x\n\n"},
        {"JSON over lines", "{\"ev\":1}\n{\"ev\":2,\n \"x\":\n3}\n", "{\"ev\":1}\n"},
        {"a syslog header", "ord1 a\n<34>x: ord1 b\n", "ord1 a\n"},
        {"one that is no event", "ord1 a\n<34>x: b\n", ""},
        {"too little to tell", "ord1 a\nord1 b\nor", "ord1 a\n"},
        {"a mark and an event", "ord1 a\n\xEF\xBB\xBFord1 b", "ord1 a\n"},
        {"nothing", "", ""},
    }));
    CAPTURE(row.name);
    LineGatherer lines;
    lines.add(row.text);
    CHECK(lines.take_closed() == row.piece);
    CHECK(lines.take_rest() == row.text.substr(row.piece.size()));
}

TEST_CASE("a line beyond a piece is cut, and what follows it is whole") {
    for (const std::size_t chunk : {1'000UL, 65'536UL, 1'000'000UL}) {
        const auto note = "ord1 note 1 :" + std::string(200'000, 'x');
        const auto pieces = pieces_of(note + "\n  more\n\nord1 span 2 step=a\n", chunk);
        REQUIRE(pieces.size() == 2);
        CHECK(pieces[0] == note.substr(0, piece_bytes));
        CHECK(pieces[1] == "ord1 span 2 step=a\n");
    }
}

TEST_CASE("a note beyond a piece is cut at a line") {
    const auto note = "ord1 note 1 :x\n" + repeated("  at frame 17\n", 20'000);
    const auto pieces = pieces_of(note + "ord1 span 2 step=a\n", 10'000);
    REQUIRE(pieces.size() == 2);
    CHECK(note.starts_with(pieces[0]));
    CHECK(pieces[0].ends_with("17\n"));
    CHECK(pieces[0].size() > piece_bytes - 20);
    CHECK(pieces[1] == "ord1 span 2 step=a\n");
}

TEST_CASE("behind the beginning, what begins no event belongs to what was read before") {
    using From = LineGatherer::From;
    const std::string text = "ord1 x\n  y\nord1 z\n";
    CHECK(joined(pieces_of(text, 3, LineGatherer{From::line})) == text);
    CHECK(joined(pieces_of("  w\n\n" + text, 3, LineGatherer{From::line})) == text);
    CHECK(joined(pieces_of(text, 3, LineGatherer{From::middle_of_line})) == "ord1 z\n");
    CHECK(joined(pieces_of(std::string(300'000, 'w') + "\n" + text, 999, LineGatherer{From::line})) == text);
}

TEST_CASE("bytes that are no lines cost no more time than others") {
    for (const auto* line : {"\n", "x\n", "\r\n", "<\n"}) {
        LineGatherer lines{LineGatherer::From::line};
        const auto text = repeated(line, piece_bytes / 2);
        for (int i = 0; i < 50; ++i) {
            lines.add(text);
            while (lines.full()) lines.take_piece();
        }
        CHECK(lines.take_rest().size() < piece_bytes);
    }
}

TEST_CASE("in whatever chunks and pieces it comes, a stream is read the same") {
    CHECK(rc::check([] {
        std::string stream = "ord1 span 0 step=a\n";  // what is no event by itself may be passed over by the piece
        const auto events = *rc::gen::inRange<int>(1, 400);
        for (int i = 0; i < events; ++i) {
            stream +=
                *rc::gen::element<std::string>("ord1 span 1 step=a\n", "ord1 note 2 :x\r\n  at y\n\n  at z\n",
                                               "{\"ev\":\"span\",\n\"order\":\"3\",\n\"step\":\"a\"}\n", "ord2 x\n",
                                               "ord1 span 4 step=" + std::string(300, 's') + "\n", "\n");
        }
        stream = repeated(stream, 1 + 3 * piece_bytes / stream.size());
        const auto pieces = pieces_of(stream, *rc::gen::inRange<std::size_t>(1'000, 100'000));
        RC_ASSERT(joined(pieces) == stream);
        RC_ASSERT(read_in_pieces(pieces) == reading_of(stream));
    }));
}

TEST_CASE("an event at a time is the same as all at once") {
    struct Collecting : EventSink {
        void event(const Event& event) override { text += described(event) + "\n"; }
        void reject(const Reject& reject) override {
            text += described(reject) + " line " + std::to_string(before + reject.line) + "\n";
        }
        std::string text;
        std::uint64_t before = 0;
    };
    const std::string text =
        "ord1 span 1 step=a\n\n\nord1\n  more\nord1 note 2 :x\n  "
        "y\n[{\"ev\":\"span\",\"order\":\"3\",\"step\":\"a\"},\n"
        "{\"ev\":\"span\"},\n{\"ev\":\"span\",\"order\":\"4\",\"step\":\"b\"}] \nrest\n{\"ev\":\nord9 x\nord1 beat -";
    EventReader reader{ListenerSettings{}, OrderSettings{}, AttributeSettings{}, "mes", "shop"};
    Collecting whole;
    reader.read(text, test_now, whole);
    CHECK(whole.text.find("line 4\n") != std::string::npos);
    Collecting one_by_one;
    std::string_view left = text;
    while (!left.empty()) {
        const auto took = reader.read_first(left, test_now, one_by_one);
        REQUIRE(took > 0);
        one_by_one.before += static_cast<std::uint64_t>(std::count(left.begin(), left.begin() + took, '\n'));
        left.remove_prefix(took);
    }
    CHECK(one_by_one.text == whole.text);
}
