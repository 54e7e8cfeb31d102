#include <catch2/catch.hpp>

#include "intake/event_fields.h"
#include "reading.h"

using namespace ordertrace;

namespace {

struct Row {
    const char* name;
    std::string_view in;
    std::string_view want;
};

}  // namespace

TEST_CASE("what each verb reads") {
    auto row = GENERATE(values<Row>({
        {"span", "ord1 span 1 step=a id=b try=2 of=3 res=ok rc=0 code=200 err=e",
         "span 1 name=[a] id=[b] try=2 of=3 res=ok rc=0 code=200 err=[e]"},
        {"start", "ord1 start 1 step=a id=b try=2 of=3 err=e _x=1",
         "start 1 name=[a] id=[b] try=2 of=3 err=[e] @x=[1]"},
        {"start has no result", "ord1 start 1 step=a rc=1", "start 1 name=[a] @ext.rc=[1]"},
        {"end", "ord1 end 1 step=a id=b try=2 of=3 res=ok rc=0 code=200 err=e",
         "end 1 name=[a] id=[b] try=2 of=3 res=ok rc=0 code=200 err=[e]"},
        {"end knows no end=, ms= or us=", "ord1 end 1 step=a end=1 ms=2 us=3",
         "end 1 name=[a] @ext.end=[1] @ext.ms=[2] @ext.us=[3]"},
        {"status", "ord1 status 1 st=NEW", "status 1 name=[NEW]"},
        {"sent", "ord1 sent 1 to=crm via=q msg=9 st=NEW try=2", "sent 1 name=[crm] try=2 via=[q] msg=[9] st=[NEW]"},
        {"recv", "ord1 recv 1 from=crm via=q msg=9 st=NEW try=2", "recv 1 name=[crm] try=2 via=[q] msg=[9] st=[NEW]"},
        {"sent has no use for from", "ord1 sent 1 to=crm from=x of=2", "sent 1 name=[crm] @ext.from=[x] @ext.of=[2]"},
        {"note", "ord1 note 1 step=a id=b try=2 :text", "note 1 name=[a] id=[b] try=2 note=[text]"},
        {"note of the order", "ord1 note 1 :text", "note 1 note=[text]"},
        {"mark", "ord1 mark 1 step=a res=fail rc=1 code=500 err=e", "mark 1 name=[a] res=fail rc=1 code=500 err=[e]"},
        {"mark has no attempt", "ord1 mark 1 step=a try=1 of=2 id=b",
         "mark 1 name=[a] @ext.id=[b] @ext.try=[1] @ext.of=[2]"},
        {"alias", "ord1 alias 1 ref=SAP:77", "alias 1 name=[SAP:77]"},
        {"beat", "ord1 beat -", "beat "},
        {"beat has no time", "ord1 beat - t=1795305599", "beat  @ext.t=[1795305599]"},
        {"of every verb",
         "ord1 status 1 st=NEW inst=w1 seq=18446744073709551615 "
         "tp=00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
         "status 1 inst=[w1] name=[NEW] tp=[00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01] "
         "seq=18446744073709551615"},
        {"a note on another verb", "ord1 status 1 st=NEW :by hand", "status 1 name=[NEW] note=[by hand]"},
    }));
    CAPTURE(row.name, row.in);
    CHECK(reading_of(row.in) == row.want);
}

TEST_CASE("an unknown verb or a verb without what it must have becomes a note") {
    auto row = GENERATE(values<Row>({
        {"unknown", "ord1 Foo 1 step=a try=x res=boom :text",
         "other! 1 note=[text] @ext.step=[a] @ext.res=[boom] @ext.try=[x] #event.verb=[foo]"},
        {"16 letters", "ord1 abcdefghijklmnop 1", "other! 1 #event.verb=[abcdefghijklmnop]"},
        {"end without step", "ord1 end 1 res=fail _x:i=5", "end! 1 @x=5 @ext.res=[fail] #event.verb=[end]"},
        {"step that is empty", "ord1 span 1 step= dur=5s step=a", "span! 1 @ext.dur=[5s] #event.verb=[span]"},
        {"status", "ord1 status 1", "status! 1 #event.verb=[status]"},
        {"start", "ord1 start 1", "start! 1 #event.verb=[start]"},
        {"mark", "ord1 mark 1", "mark! 1 #event.verb=[mark]"},
        {"sent", "ord1 sent 1 from=x", "sent! 1 @ext.from=[x] #event.verb=[sent]"},
        {"recv", "ord1 recv 1 to=x", "recv! 1 @ext.to=[x] #event.verb=[recv]"},
        {"alias", "ord1 alias 1", "alias! 1 #event.verb=[alias]"},
        {"note", "ord1 note 1 step=a :", "note! 1 @ext.step=[a] #event.verb=[note]"},
        {"note of a dash", "ord1 note 1 :-", "note! 1 #event.verb=[note]"},
        {"keys of every verb and the time keep their meaning", "ord1 foo 1 t=1795305599 sys=x inst=w1 seq=4",
         "other! 1 inst=[w1] t=-1000000 seq=4 #system.claimed=[x] #event.verb=[foo]"},
        {"cs and tz too", "ord1 foo 1 t=\"2026-11-22 02:59:59\" tz=+03:00 cs=utf-8",
         "other! 1 t=-1000000 #event.verb=[foo]"},
    }));
    CAPTURE(row.name, row.in);
    CHECK(reading_of(row.in) == row.want);
}

TEST_CASE("what is rejected, and where the eye should look") {
    auto row = GENERATE(values<Row>({
        {"no marker", "hello world", "reject marker at 0 [hello world]"},
        {"blanks in front", "  hello", "reject marker at 2 [  hello]"},
        {"another version", "ord2 end 1 step=a", "reject version at 0 [ord2 end 1 step=a]"},
        {"a version of two digits", "ORD10 end 1", "reject version at 0 [ORD10 end 1]"},
        {"another version, glued", "ord2: end 1", "reject version at 0 [ord2: end 1]"},
        {"nearly the marker", "ord1x end 1", "reject marker at 0 [ord1x end 1]"},
        {"an ordinary word", "order 1 done", "reject marker at 0 [order 1 done]"},
        {"marker alone", "ord1", "reject verb at 4 [ord1]"},
        {"verb with a digit", "ord1 end2 1", "reject verb at 5 [ord1 end2 1]"},
        {"verb of 17 letters", "ord1 abcdefghijklmnopq 1", "reject verb at 5 [ord1 abcdefghijklmnopq 1]"},
        {"no order", "ord1 end", "reject order at 8 [ord1 end]"},
        {"no order but a note", "ord1 note :text", "reject order at 10 [ord1 note :text]"},
        {"a dash", "ord1 end - step=a", "reject order at 9 [ord1 end - step=a]"},
        {"a quoted dash", "ord1 end \"-\" step=a", "reject order at 9 [ord1 end \"-\" step=a]"},
        {"an empty order", "ord1 end \"\" step=a", "reject order at 9 [ord1 end \"\" step=a]"},
        {"an order of blanks", "ord1 end \" \" step=a", "reject order at 9 [ord1 end \" \" step=a]"},
        {"an unclosed quote", "ord1 end \"1 step=a", "reject order at 9 [ord1 end \"1 step=a]"},
        {"a beat cut short", "ord1 beat", "reject order at 9 [ord1 beat]"},
    }));
    CAPTURE(row.name, row.in);
    CHECK(reading_of(row.in) == row.want);
}

TEST_CASE("results") {
    auto row = GENERATE(values<Row>({
        {"ok", "res=ok", "ok"},
        {"success", "res=success", "ok"},
        {"succeeded", "res=Succeeded", "ok"},
        {"passed", "res=passed", "ok"},
        {"true", "res=true", "ok"},
        {"1", "res=1", "ok"},
        {"fail", "res=FAIL", "fail"},
        {"failed", "res=failed", "fail"},
        {"failure", "res=failure", "fail"},
        {"err", "res=err", "fail"},
        {"error", "res=error", "fail"},
        {"nok", "res=nok", "fail"},
        {"false", "res=false", "fail"},
        {"0", "res=0", "fail"},
        {"timeout", "res=timeout", "timeout"},
        {"timedout", "res=timedout", "timeout"},
        {"skip", "res=skip", "skip"},
        {"skipped", "res=skipped", "skip"},
        {"cancel", "res=cancel", "cancel"},
        {"cancelled", "res=cancelled", "cancel"},
        {"canceled", "res=canceled", "cancel"},
        {"rc 0", "rc=0", "ok rc=0"},
        {"rc not 0", "rc=+00012", "fail rc=12"},
        {"rc below 0", "rc=-1", "fail rc=-1"},
        {"code below 500", "code=404", "ok code=404"},
        {"code 500", "code=500", "fail code=500"},
        {"res before rc", "rc=1 res=ok", "ok rc=1"},
        {"rc before code", "code=200 rc=8", "fail rc=8 code=200"},
        {"res unreadable before rc", "rc=0 res=huh", "fail rc=0 #event.rest=[res=huh]"},
        {"rc unreadable", "rc=x code=503", "fail code=503 #event.rest=[rc=x]"},
    }));
    CAPTURE(row.name);
    CHECK(reading_of("ord1 end 1 step=a " + std::string{row.in}) == "end 1 name=[a] res=" + std::string{row.want});
    CHECK(reading_of("ord1 end 1 step=a") == "end 1 name=[a]");
}

TEST_CASE("attempts are numbers from 1 to 999,999") {
    CHECK(reading_of("ord1 end 1 step=a try=03 of=999999") == "end 1 name=[a] try=3 of=999999");
    CHECK(reading_of("ord1 end 1 step=a try=+1") == "end 1 name=[a] #event.rest=[try=+1]");
    CHECK(reading_of("ord1 end 1 step=a try=99999999999999999999") ==
          "end 1 name=[a] #event.rest=[try=99999999999999999999]");
}

TEST_CASE("a traceparent is read as W3C says") {
    const std::string trace = "0af7651916cd43dd8448eb211c80319c";
    const std::string span = "b7ad6b7169203331";
    const auto reads = [](const std::string& text) {
        return reading_of("ord1 end 1 step=a tp=" + text) == "end 1 name=[a] tp=[" + text + "]";
    };
    CHECK(reads("00-" + trace + "-" + span + "-00"));
    CHECK(reads("cc-" + trace + "-" + span + "-01-what-comes-later"));
    CHECK_FALSE(reads("00-" + trace + "-" + span + "-01-more"));
    CHECK_FALSE(reads("cc-" + trace + "-" + span + "-01x"));
    CHECK_FALSE(reads("ff-" + trace + "-" + span + "-01"));
    CHECK_FALSE(reads("00-" + trace + "-" + span + "-0"));
    CHECK_FALSE(reads("00-" + trace + "_" + span + "-01"));
    CHECK_FALSE(reads("00-0AF7651916CD43DD8448EB211C80319C-" + span + "-01"));
    CHECK_FALSE(reads("00-00000000000000000000000000000000-" + span + "-01"));
    CHECK_FALSE(reads("00-" + trace + "-0000000000000000-01"));
}

TEST_CASE("whose system and namespace a line may speak for") {
    ReadingSetup setup;
    setup.listener.systems = {"crm", "sap"};
    setup.listener.namespaces = {"Shop2"};
    auto row = GENERATE(values<Row>({
        {"its own", "sys=MES", ""},
        {"a listed one", "sys=CRM", " sys=[crm]"},
        {"one that is not listed", "sys=Erp", " #system.claimed=[Erp]"},
        {"absent", "sys=- sys=crm", ""},
        {"its own namespace", "ns=shop", ""},
        {"a listed namespace", "ns=shop2", " ns=[Shop2]"},
        {"a namespace that is not listed", "ns=other", " #order.namespace.claimed=[other]"},
        {"system order, but no mark", "sys=order", " #system.claimed=[order]"},
    }));
    CAPTURE(row.name);
    const auto got = reading_of("ord1 status 1 st=a " + std::string{row.in}, setup);
    const std::string want{row.want};
    const bool remark = want.find('#') != std::string::npos;
    CHECK(got == (remark ? "status 1 name=[a]" + want : "status 1" + want + " name=[a]"));
}

TEST_CASE("system order is for marks on loopback") {
    ReadingSetup open;
    open.listener.address.loopback = false;
    CHECK(reading_of("ord1 mark 1 step=a sys=Order") == "mark 1 sys=[order] name=[a]");
    CHECK(reading_of("ord1 mark 1 step=a sys=order", open) == "mark 1 name=[a] #system.claimed=[order]");
    CHECK(reading_of("ord1 mark 1 sys=order") == "mark! 1 #system.claimed=[order] #event.verb=[mark]");
    CHECK(reading_of("ord1 span 1 step=a sys=order") == "span 1 name=[a] #system.claimed=[order]");
}

TEST_CASE("verbs and keys by their names") {
    CHECK(find_verb("SPAN") == Verb::span);
    CHECK(find_verb("beat") == Verb::beat);
    CHECK(find_verb("other") == Verb::other);
    CHECK_FALSE(find_verb("").has_value());
    CHECK(find_key("TRY") == Key::attempt);
    CHECK_FALSE(find_key("steps").has_value());
    CHECK_FALSE(find_key("").has_value());
    for (std::size_t i = 0; i < key_count; ++i) CHECK(find_key(name_of(static_cast<Key>(i))) == static_cast<Key>(i));
}
