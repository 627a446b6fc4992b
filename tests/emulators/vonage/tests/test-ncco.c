/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NCCO that are followed, and those that are not. */

#include "emu-error.h"
#include "ncco.h"

#include <string.h>

#define SOCKET                                                                                     \
	"{\"type\":\"websocket\",\"uri\":\"wss://h/p?k=v\","                                       \
	"\"content-type\":\"audio/l16;rate=16000\""
#define CONNECT(endpoint) "[{\"action\":\"connect\",\"endpoint\":[" endpoint "]}]"

static void
test_good(void)
{
	static const gchar *const good[] = {
	    "[]",
	    "[{\"action\":\"talk\",\"text\":\"hello\",\"level\":\"0.5\",\"loop\":0}]",
	    "[{\"action\":\"connect\",\"endpoint\":[" SOCKET
	    ",\"headers\":{\"a\":{\"b\":1}},\"authorization\":{\"type\":\"custom\",\"value\":"
	    "\"Bearer x\"}}],\"eventType\":\"synchronous\",\"eventUrl\":[\"https://h/e\"]}]",
	    CONNECT("{\"type\":\"phone\",\"number\":\"15550100099\"}"),
	    "[{\"action\":\"record\",\"format\":\"wav\",\"split\":\"conversation\",\"channels\":2},"
	    "{\"action\":\"conversation\",\"name\":\"x\"}]",
	    "[{\"action\":\"stream\",\"streamUrl\":[\"https://h/a.mp3\"],\"bargeIn\":true},"
	    "{\"action\":\"input\",\"type\":[\"dtmf\"],\"dtmf\":{\"maxDigits\":1}}]",
	    "[{\"action\":\"notify\",\"payload\":{},\"eventUrl\":[\"https://h/e\"]}]",
	    "[{\"action\":\"wait\",\"timeout\":0.5},{\"action\":\"transfer\",\"conversationId\":"
	    "\"CON-1\"}]",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(OffhookEmuNcco) ncco =
		    offhook_emu_ncco_parse(good[i], strlen(good[i]), &error);

		g_assert_no_error(error);
		g_assert_nonnull(ncco);
	}
}

static void
test_bad(void)
{
	static const gchar *const bad[] = {
	    "",
	    "{}",
	    "[1]",
	    "[{}]",
	    "[{\"action\":\"hangup\"}]",
	    "[{\"action\":\"talk\"}]",
	    "[{\"action\":\"talk\",\"text\":\"\"}]",
	    "[{\"action\":\"talk\",\"text\":\"x\",\"level\":2}]",
	    "[{\"action\":\"talk\",\"text\":\"x\",\"level\":{}}]",
	    "[{\"action\":\"talk\",\"text\":\"x\",\"loop\":\"1\"}]",
	    "[{\"action\":\"talk\",\"text\":\"x\",\"volume\":1}]",
	    "[{\"action\":\"talk\",\"text\":\"x\",\"bargeIn\":true},{\"action\":\"wait\"}]",
	    CONNECT(""),
	    CONNECT("7"),
	    CONNECT(SOCKET "}," SOCKET "}"),
	    CONNECT("{\"type\":\"pigeon\"}"),
	    CONNECT("{\"type\":\"phone\",\"number\":\"+15550100099\"}"),
	    CONNECT("{\"type\":\"websocket\",\"uri\":\"https://h\",\"content-type\":\"audio/"
		    "l16;rate=16000\"}"),
	    CONNECT("{\"type\":\"websocket\",\"uri\":\"wss://h\",\"content-type\":\"audio/"
		    "l16;rate=48000\"}"),
	    CONNECT(SOCKET ",\"headers\":{\"event\":1}}"),
	    CONNECT(SOCKET ",\"authorization\":{\"type\":\"vonage\",\"value\":\"x\"}}"),
	    CONNECT(SOCKET ",\"authorization\":{\"type\":\"custom\"}}"),
	    "[{\"action\":\"connect\",\"endpoint\":[" SOCKET "}],\"eventUrl\":\"https://h/e\"}]",
	    "[{\"action\":\"connect\",\"endpoint\":[" SOCKET "}],\"eventUrl\":[\"/e\"]}]",
	    "[{\"action\":\"connect\",\"endpoint\":[" SOCKET "}],\"timeout\":1}]",
	    "[{\"action\":\"record\",\"channels\":2}]",
	    "[{\"action\":\"record\",\"endOnKey\":\"12\"}]",
	    "[{\"action\":\"input\",\"type\":[\"dtmf\"],\"mode\":\"asynchronous\",\"dtmf\":{}}]",
	    "[{\"action\":\"input\",\"type\":\"dtmf\"}]",
	    "[{\"action\":\"notify\",\"payload\":\"x\",\"eventUrl\":[\"https://h/e\"]}]",
	    "[{\"action\":\"conversation\",\"name\":\"x\",\"startOnEnter\":\"yes\"}]",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		if (offhook_emu_ncco_parse(bad[i], strlen(bad[i]), &error) != NULL)
			g_error("accepted: %s", bad[i]);
		g_assert_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_DOCUMENT);
	}
}

static void
test_headers_limit(void)
{
	g_autofree gchar *value = g_strnfill(512, 'x');
	g_autofree gchar *text =
	    g_strdup_printf(CONNECT(SOCKET ",\"headers\":{\"a\":\"%s\"}}"), value);
	g_autoptr(GError) error = NULL;

	g_assert_null(offhook_emu_ncco_parse(text, strlen(text), &error));
	g_assert_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_DOCUMENT);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/emulators/vonage/ncco/good", test_good);
	g_test_add_func("/emulators/vonage/ncco/bad", test_bad);
	g_test_add_func("/emulators/vonage/ncco/headers-limit", test_headers_limit);
	return g_test_run();
}
