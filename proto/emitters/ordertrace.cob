       >>SOURCE FORMAT FREE
*> Reports an order's steps to the ordertrace agent on this host, by UDP. Paste the program ordertrace below the demo.
*> It never blocks, never fails; with no agent there the line goes nowhere. GnuCOBOL 3 calls the C library by name.
IDENTIFICATION DIVISION.
PROGRAM-ID. demo.
DATA DIVISION.
WORKING-STORAGE SECTION.
01 order-event.
   05 event-verb PIC X(16).
   05 event-order PIC X(128).
   05 event-keys OCCURS 8.
      10 event-key PIC X(64).
      10 event-value PIC X(1024).
   05 event-note PIC X(9000).
01 clock.
   05 clock-seconds BINARY-DOUBLE.
   05 clock-nanos BINARY-DOUBLE.
01 began-at BINARY-DOUBLE.
01 took BINARY-DOUBLE.
01 slowest BINARY-DOUBLE VALUE 0.
01 slowest-ms PIC Z(8)9.999.
PROCEDURE DIVISION.
    INITIALIZE order-event
    MOVE "start" TO event-verb
    MOVE "ЗК-77" TO event-order
    MOVE "step" TO event-key(1)
    MOVE "calc_price" TO event-value(1)
    MOVE "id" TO event-key(2)
    MOVE "op-7" TO event-value(2)
    PERFORM timed
    MOVE "end" TO event-verb
    MOVE "_material" TO event-key(3)
    MOVE 'дуб "A" C:\new' TO event-value(3)
    PERFORM timed
    INITIALIZE order-event
    MOVE "span" TO event-verb
    MOVE "10042" TO event-order
    MOVE "step" TO event-key(1)
    MOVE "push to crm" TO event-value(1)
    MOVE "ms" TO event-key(2)
    MOVE "250" TO event-value(2)
    MOVE "try" TO event-key(3)
    MOVE "3" TO event-value(3)
    MOVE "of" TO event-key(4)
    MOVE "3" TO event-value(4)
    MOVE "res" TO event-key(5)
    MOVE "fail" TO event-value(5)
    MOVE "err" TO event-key(6)
    STRING 'said "no"' X"0A" "C:\temp" DELIMITED BY SIZE INTO event-value(6)
    STRING "on the way" X"0A" "ord1 status 10043 st=STOLEN" DELIMITED BY SIZE INTO event-note
    PERFORM timed
    INITIALIZE order-event
    MOVE "status" TO event-verb
    MOVE "ЗК-77" TO event-order
    MOVE "st" TO event-key(1)
    MOVE "РАСПИЛ" TO event-value(1)
    MOVE 'принято "как есть"' TO event-note
    PERFORM timed
    INITIALIZE order-event
    MOVE "note" TO event-verb
    MOVE "ЗК-77" TO event-order
    MOVE ALL "слово " TO event-note
    PERFORM timed
    COMPUTE slowest-ms = slowest / 1000000
    DISPLAY "slowest call: " FUNCTION TRIM(slowest-ms) " ms"
    STOP RUN.

timed.
    CALL "clock_gettime" USING BY VALUE 1 BY REFERENCE clock
    COMPUTE began-at = clock-seconds * 1000000000 + clock-nanos
    CALL "ordertrace" USING order-event
    CALL "clock_gettime" USING BY VALUE 1 BY REFERENCE clock
    COMPUTE took = clock-seconds * 1000000000 + clock-nanos - began-at
    IF took > slowest
        MOVE took TO slowest
    END-IF.
END PROGRAM demo.

IDENTIFICATION DIVISION.
PROGRAM-ID. ordertrace.
DATA DIVISION.
WORKING-STORAGE SECTION.
01 agent-socket BINARY-LONG VALUE -1.
01 agent-address.
   05 agent-family BINARY-SHORT UNSIGNED VALUE 2.
   05 agent-port PIC X(2) COMP-X.
   05 agent-ip PIC X(4) VALUE X"7F000001".
   05 FILLER PIC X(8) VALUE LOW-VALUES.
01 port-text PIC X(8).
01 sent BINARY-LONG.
01 line-text PIC X(8193).
*>  A byte more than is sent: it tells whether something is cut off.
01 line-size BINARY-LONG.
01 piece PIC X(9002).
01 piece-at BINARY-LONG.
01 piece-size BINARY-LONG.
01 one-char PIC X.
01 key-at BINARY-LONG.
LINKAGE SECTION.
01 order-event.
   05 event-verb PIC X(16).
   05 event-order PIC X(128).
   05 event-keys OCCURS 8.
      10 event-key PIC X(64).
      10 event-value PIC X(1024).
   05 event-note PIC X(9000).
PROCEDURE DIVISION USING order-event.
    IF agent-socket < 0
        PERFORM open-socket
    END-IF
    MOVE 0 TO line-size
    MOVE SPACES TO piece
    STRING "ord1 " event-verb DELIMITED BY SIZE INTO piece
    PERFORM put-piece
    MOVE " " TO one-char
    PERFORM put-char
    MOVE event-order TO piece
    PERFORM put-quoted
    PERFORM VARYING key-at FROM 1 BY 1 UNTIL key-at > 8
        IF event-key(key-at) NOT = SPACES
            MOVE SPACES TO piece
            STRING " " FUNCTION TRIM(event-key(key-at)) "=" DELIMITED BY SIZE INTO piece
            PERFORM put-piece
            MOVE event-value(key-at) TO piece
            PERFORM put-quoted
        END-IF
    END-PERFORM
    IF event-note NOT = SPACES
        MOVE SPACES TO piece
        STRING " :" event-note DELIMITED BY SIZE INTO piece
        PERFORM put-piece
    END-IF
    IF line-size = 8193
        *> No half character of UTF-8 at the end.
        PERFORM WITH TEST AFTER UNTIL line-text(line-size + 1:1) < X"80" OR line-text(line-size + 1:1) > X"BF"
            SUBTRACT 1 FROM line-size
        END-PERFORM
    END-IF
    CALL "sendto" USING BY VALUE agent-socket BY REFERENCE line-text BY VALUE line-size BY VALUE 64
        BY REFERENCE agent-address BY VALUE 16 RETURNING sent
        ON EXCEPTION CONTINUE
    END-CALL
    GOBACK.

open-socket.
    MOVE "4747" TO port-text
    ACCEPT port-text FROM ENVIRONMENT "ORDERTRACE_PORT"
        ON EXCEPTION CONTINUE
    END-ACCEPT
    MOVE FUNCTION NUMVAL(port-text) TO agent-port
    CALL "socket" USING BY VALUE 2 BY VALUE 2 BY VALUE 0 RETURNING agent-socket
        ON EXCEPTION CONTINUE
    END-CALL.

*> One event stays one line: its line feeds become blanks.
put-piece.
    MOVE FUNCTION STORED-CHAR-LENGTH(piece) TO piece-size
    PERFORM VARYING piece-at FROM 1 BY 1 UNTIL piece-at > piece-size
        MOVE piece(piece-at:1) TO one-char
        IF one-char = X"0A"
            MOVE " " TO one-char
        END-IF
        PERFORM put-char
    END-PERFORM.

put-quoted.
    MOVE '"' TO one-char
    PERFORM put-char
    MOVE FUNCTION STORED-CHAR-LENGTH(piece) TO piece-size
    PERFORM VARYING piece-at FROM 1 BY 1 UNTIL piece-at > piece-size
        IF piece(piece-at:1) = '"' OR = "\" OR = X"0A"
            MOVE "\" TO one-char
            PERFORM put-char
        END-IF
        MOVE piece(piece-at:1) TO one-char
        IF one-char = X"0A"
            MOVE "n" TO one-char
        END-IF
        PERFORM put-char
    END-PERFORM
    MOVE '"' TO one-char
    PERFORM put-char.

put-char.
    IF line-size < 8193
        ADD 1 TO line-size
        MOVE one-char TO line-text(line-size:1)
    END-IF.
END PROGRAM ordertrace.
