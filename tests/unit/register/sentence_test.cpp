#include "orders/sentence.h"

#include <catch2/catch.hpp>

#include "unit/register/sentence_cases.h"

using namespace ordertrace;
using namespace ordertrace::test;

TEST_CASE("English sentences where something went wrong inside a system") {
    const auto row = GENERATE(values<SentenceRow>({
        {"unknown", unknown_order(),
         "Nothing is known of the order 10042: no system has reported anything about it. Check the number."},
        {"failed for good", failed_step(3, 3, "connection refused"),
         "The step push_to_crm in the MES failed 2 h 5 min ago (attempt 3 of 3, the last one): "
         "“connection refused”. Look at the log of the MES."},
        {"failed, no attempt told, no note", failed_step(0, 0, ""),
         "The step push_to_crm in the MES failed 2 h 5 min ago. Look at the log of the MES."},
        {"failed, the second of unknown many", failed_step(2, 0, "no price"),
         "The step push_to_crm in the MES failed 2 h 5 min ago (attempt 2): “no price”. Look at the log "
         "of the MES."},
        {"failed and not tried again", failed_step(1, 3, "no price"),
         "The step push_to_crm in the MES failed 2 h 5 min ago (attempt 1 of 3) and was not tried again "
         "(limit 10 min): “no price”. Look at the log of the MES."},
        {"timed out", failed_step(1, 1, "", FactResult::timeout),
         "The step push_to_crm in the MES timed out 2 h 5 min ago (attempt 1 of 1, the last one). Look at "
         "what the MES was waiting for."},
        {"died, silent", died_inside(false),
         "MES began the step cut_panel 2 h 5 min ago and has been silent for more than 15 min: it "
         "probably died in the middle of the step. Check whether the MES is running."},
        {"died, restarted", died_inside(true),
         "MES began the step cut_panel 2 h 5 min ago and was restarted before it ended: the work on it is "
         "probably lost. Start the step in the MES again."},
        {"running", running_step(false), "MES has been working on the step cut_panel for 2 h 5 min."},
        {"running, a later attempt", running_step(false, 2),
         "MES has been working on the step cut_panel (attempt 2 of 3) for 2 h 5 min."},
        {"running too long", running_step(true),
         "MES has been working on the step cut_panel for 2 h 5 min, longer than the limit of 15 min. "
         "Check whether the work in the MES is still going on."},
    }));
    CAPTURE(row.name);
    CHECK(sentence(row.verdict, "10042", sentence_now, Language::english) == row.text);
}

TEST_CASE("English sentences on the way between systems") {
    const auto row = GENERATE(values<SentenceRow>({
        {"not sent", hand_off(VerdictKind::not_sent, ""),
         "MES set PRICE_CALCULATED 2 h 5 min ago but has not sent it to the CRM (limit 5 min). Look at "
         "the messages that the MES sends to the CRM."},
        {"in transit, by a queue", hand_off(VerdictKind::in_transit, "q.price"),
         "MES set PRICE_CALCULATED 2 h 5 min ago and sent it to the CRM by q.price; the CRM has not taken "
         "it (limit 5 min). Look at the queue q.price."},
        {"in transit", hand_off(VerdictKind::in_transit, ""),
         "MES set PRICE_CALCULATED 2 h 5 min ago and sent it to the CRM; the CRM has not taken it (limit "
         "5 min). Look at the connection from the MES to the CRM."},
        {"received, by a queue", hand_off(VerdictKind::received_not_applied, "q.price"),
         "MES set PRICE_CALCULATED 2 h 5 min ago and the CRM received it by q.price, but the CRM has not "
         "applied it (limit 5 min). Look at how the CRM handles its messages."},
        {"received", hand_off(VerdictKind::received_not_applied, ""),
         "MES set PRICE_CALCULATED 2 h 5 min ago and the CRM received it, but the CRM has not applied it "
         "(limit 5 min). Look at how the CRM handles its messages."},
        {"blind for a sending", blinded(hand_off(VerdictKind::not_sent, "")),
         "MES set PRICE_CALCULATED 2 h 5 min ago, but nothing shows that it was sent to the CRM (limit 5 "
         "min). The agent of the MES lost events or was silent at that time, so what is missing may have "
         "happened unseen. Look into the MES itself."},
        {"blind for a receipt, by a queue", blinded(hand_off(VerdictKind::in_transit, "q.price")),
         "MES set PRICE_CALCULATED 2 h 5 min ago and sent it to the CRM by q.price, but nothing shows "
         "that the CRM has taken it (limit 5 min). The agent of the CRM lost events or was silent at that "
         "time, so what is missing may have happened unseen. Look at the queue q.price and into the CRM "
         "itself."},
        {"blind for a receipt", blinded(hand_off(VerdictKind::in_transit, "")),
         "MES set PRICE_CALCULATED 2 h 5 min ago and sent it to the CRM, but nothing shows that the CRM "
         "has taken it (limit 5 min). The agent of the CRM lost events or was silent at that time, so "
         "what is missing may have happened unseen. Look at the connection from the MES to the CRM and "
         "into the CRM itself."},
        {"blind for a status", blinded(hand_off(VerdictKind::received_not_applied, "")),
         "MES set PRICE_CALCULATED 2 h 5 min ago and the CRM received it, but nothing shows that the CRM "
         "has applied it (limit 5 min). The agent of the CRM lost events or was silent at that time, so "
         "what is missing may have happened unseen. Look into the CRM itself."},
    }));
    CAPTURE(row.name);
    CHECK(sentence(row.verdict, "10042", sentence_now, Language::english) == row.text);
}

TEST_CASE("English sentences on stages") {
    const auto row = GENERATE(values<SentenceRow>({
        {"late", late_in_stage(24h, false),
         "The order has been in PRICE_CALCULATED for 3 d 4 h, longer than the limit of 1 d. It is the "
         "turn of the CRM: MANUFACTURING_APPROVED or CANCELLED is expected next."},
        {"late by open hours", late_in_stage(24h, true),
         "The order has been in PRICE_CALCULATED for 3 d 4 h, longer than the limit of 24 open hours. It "
         "is the turn of the CRM: MANUFACTURING_APPROVED or CANCELLED is expected next."},
        {"late by an open hour", late_in_stage(1h, true),
         "The order has been in PRICE_CALCULATED for 3 d 4 h, longer than the limit of 1 open hour. It is "
         "the turn of the CRM: MANUFACTURING_APPROVED or CANCELLED is expected next."},
        {"late by a part of open hours", late_in_stage(90min, true),
         "The order has been in PRICE_CALCULATED for 3 d 4 h, longer than the limit of 1 h 30 min of open "
         "hours. It is the turn of the CRM: MANUFACTURING_APPROVED or CANCELLED is expected next."},
        {"late, anybody's turn", without_turn(late_in_stage(24h, false)),
         "The order has been in PRICE_CALCULATED for 3 d 4 h, longer than the limit of 1 d. "
         "MANUFACTURING_APPROVED or CANCELLED is expected next."},
        {"blind for the next status", blinded(late_in_stage(24h, false)),
         "The order has been in PRICE_CALCULATED for 3 d 4 h, longer than the limit of 1 d. The agent of "
         "the CRM lost events or was silent at that time, so what is missing may have happened unseen. "
         "Look into the CRM itself."},
        {"finished", finished_order(),
         "The order is finished: MES set SHIPPED 2 h 5 min ago, and every system that must see it has."},
        {"on time", on_time("PRICE_CALCULATED"),
         "The order is on time: MES set PRICE_CALCULATED 2 h 5 min ago (limit 24 open hours). It is the "
         "turn of the CRM: MANUFACTURING_APPROVED or CANCELLED is expected next."},
        {"on time, the last stage", without_next(on_time("SHIPPED")),
         "The order is on time: MES set SHIPPED 2 h 5 min ago (limit 24 open hours). Other systems have "
         "yet to see it."},
        {"on time without a status", on_time(""),
         "The order has been known for 2 h 5 min and has no status yet. It is the turn of the "
         "online-shop: CREATED is expected next."},
    }));
    CAPTURE(row.name);
    CHECK(sentence(row.verdict, "10042", sentence_now, Language::english) == row.text);
}

TEST_CASE("a note of more than 200 characters is cut at a character") {
    const auto repeated = [](std::size_t count) {
        std::string text;
        for (std::size_t i = 0; i < count; ++i) text += "ж";
        return text;
    };
    const auto text_for = [](const std::string& note) {
        return sentence(failed_step(0, 0, note), "10042", sentence_now, Language::english);
    };
    CHECK(text_for(repeated(200)).find(": “" + repeated(200) + "”.") != std::string::npos);
    CHECK(text_for(repeated(201)).find(": “" + repeated(200) + "…”.") != std::string::npos);
}

TEST_CASE("a length of time in its two largest units") {
    struct Row {
        Duration length;
        const char* english;
        const char* russian;
    };
    const auto row = GENERATE(values<Row>({
        {-5s, "0 s", "0 с"},
        {0s, "0 s", "0 с"},
        {999us, "0 s", "0 с"},
        {843ms, "843 ms", "843 мс"},
        {12s, "12 s", "12 с"},
        {5min, "5 min", "5 мин"},
        {90s, "1 min 30 s", "1 мин 30 с"},
        {2h + 5min + 59s, "2 h 5 min", "2 ч 5 мин"},
        {1h + 59s, "1 h", "1 ч"},
        {76h + 59min, "3 d 4 h", "3 д 4 ч"},
        {24h * 400, "400 d", "400 д"},
    }));
    CAPTURE(row.english);
    CHECK(span_text(row.length, Language::english) == row.english);
    CHECK(span_text(row.length, Language::russian) == row.russian);
}

TEST_CASE("short names of systems are abbreviations") {
    struct Row {
        const char* system;
        const char* text;
    };
    const auto row = GENERATE(values<Row>({{"crm", "CRM"},
                                           {"mes", "MES"},
                                           {"1c", "1c"},
                                           {"Mes", "Mes"},
                                           {"shop", "shop"},
                                           {"online-shop", "online-shop"},
                                           {"", ""}}));
    CHECK(system_text(row.system) == row.text);
}
