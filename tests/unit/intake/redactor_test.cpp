#include "intake/redactor.h"

#include <catch2/catch.hpp>

#include "reading.h"

using namespace ordertrace;

namespace {

using Mask = AttributeSettings::Mask;
using Notes = AttributeSettings::Notes;

struct Row {
    const char* name;
    Mask mask;
    std::string_view in;
    std::string_view want;
};

}  // namespace

TEST_CASE("what is masked") {
    auto row = GENERATE(values<Row>({
        {"card", Mask::card_number, "paid with 4111111111111111.", "paid with ***."},
        {"card in groups", Mask::card_number, "4111 1111 1111 1111 ok", "*** ok"},
        {"card with dashes", Mask::card_number, "4111-1111-1111-1111", "***"},
        {"13 and 19 digits", Mask::card_number, "4222222222222 6304000000000000000", "*** ***"},
        {"behind another number", Mask::card_number, "order 10042 4111111111111111", "order 10042 ***"},
        {"wrong check digit", Mask::card_number, "4111111111111112", "4111111111111112"},
        {"20 digits", Mask::card_number, "41111111111111110000", "41111111111111110000"},
        {"two blanks part numbers", Mask::card_number, "4111  111111111111", "4111  111111111111"},
        {"e-mail", Mask::email, "write to a.b+c@mail.example.com.", "write to ***."},
        {"e-mail in brackets", Mask::email, "<clerk7@example.org>", "<***>"},
        {"e-mail of other letters", Mask::email, "иван@почта.рф", "***"},
        {"no host", Mask::email, "a@b user@ @host.com", "a@b user@ @host.com"},
        {"international phone", Mask::phone, "call +49 (171) 123-45-67!", "call ***!"},
        {"area code in parentheses", Mask::phone, "(555) 123-4567", "***"},
        {"leading zero, in groups", Mask::phone, "0171 1234567", "***"},
        {"eight and ten digits", Mask::phone, "89161234567 or 8 916 123-45-67", "*** or ***"},
        {"order ids and times stay", Mask::phone, "000000010042 10042 2026-11-22 03:00:00 1795305600",
         "000000010042 10042 2026-11-22 03:00:00 1795305600"},
        {"part of a word stays", Mask::phone, "x89161234567 89161234567x", "x89161234567 89161234567x"},
        {"too many digits", Mask::phone, "+1234567890123456", "+1234567890123456"},
    }));
    CAPTURE(row.name, row.in);
    TextArena arena;
    AttributeSettings settings;
    settings.mask = {row.mask};
    CHECK(Redactor{settings}.masked(row.in, arena) == row.want);
    CHECK(Redactor{{}}.masked(row.in, arena) == row.in);
    settings = {};
    settings.notes = Notes::mask;
    CHECK(Redactor{settings}.note(row.in, arena).find(row.want) != std::string_view::npos);
}

TEST_CASE("masks are on note, err, texts of attributes and the rest, and on nothing else") {
    ReadingSetup setup;
    setup.attributes.mask = {Mask::card_number, Mask::email};
    CHECK(
        reading_of(
            "ord1 end 4111111111111111 step=4111111111111111 err=4111111111111111 _x=a@b.co _n:i=4111111111111111 "
            "foo=4111111111111111 4111111111111111 :a@b.co",
            setup) ==
        "end 4111111111111111 name=[4111111111111111] err=[***] note=[***] @x=[***] @n=4111111111111111 @ext.foo=[***] "
        "#event.rest=[***]");
}

TEST_CASE("a cut leaves no half of a number") {
    ReadingSetup setup;
    setup.attributes.mask = {Mask::card_number};
    const std::string padding(1015, 'x');
    CHECK(reading_of("ord1 end 1 step=a _x=\"" + padding + " 4111111111111111\"", setup) ==
          "end 1 name=[a] @x=[" + padding + " ***]");
}

TEST_CASE("notes are kept, masked or dropped") {
    ReadingSetup setup;
    const auto line = "ord1 note 1 step=a :a@b.co paid 4111111111111111";
    CHECK(reading_of(line, setup) == "note 1 name=[a] note=[a@b.co paid 4111111111111111]");
    setup.attributes.mask = {Mask::email};
    CHECK(reading_of(line, setup) == "note 1 name=[a] note=[*** paid 4111111111111111]");
    setup.attributes.notes = Notes::mask;
    CHECK(reading_of(line, setup) == "note 1 name=[a] note=[*** paid ***]");
    setup.attributes.notes = Notes::drop;
    CHECK(reading_of(line, setup) == "note 1 name=[a]");
}

TEST_CASE("attributes that are not allowed are left out") {
    ReadingSetup setup;
    setup.attributes.allow = {"weight", "box.*", "ext.fo?"};
    CHECK(reading_of("ord1 end 1 step=a _weight:i=1 _box.a=2 _box=3 _secret:i=x foo=4 bar=5", setup) ==
          "end 1 name=[a] @weight=1 @box.a=[2] @ext.foo=[4]");
    setup.attributes.allow = {};
    CHECK(reading_of("ord1 end 1 step=a _weight:i=1", setup) == "end 1 name=[a]");
    setup.attributes.allow = {"x", "*"};
    CHECK(reading_of("ord1 end 1 step=a _weight:i=1", setup) == "end 1 name=[a] @weight=1");
}
