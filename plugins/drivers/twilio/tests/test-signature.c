/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The vectors were produced by Twilio's own SDK (6.2.0), see the protocol sheet. */

#include "../signature.h"

#include <string.h>

static const char *const tokens[] = {"12ab34cd56ef78900987fe65dc43ba21", NULL};
static const char *const rotated[] = {"00000000000000000000000000000000",
				      "12ab34cd56ef78900987fe65dc43ba21", NULL};
static const char *const others[] = {"12ab34cd56ef78900987fe65dc43ba22", NULL};
static const char *const none[] = {NULL};

#define V1_URL "https://pbx.example.com/hooks/twilio/voice?agent=sales"
#define V1_BODY                                                                                    \
	"To=%2B15550123456&From=%2B15550198765&CallSid=CAaaaabbbbccccddddeeeeffff00001111&"        \
	"CallStatus=ringing&caller=x&Called=%2B15550123456"
#define V1_SIGNATURE "2iewTVOy7F7G8iXpqPCc9eZLuIw="
#define V2_SIGNATURE "D0FYA92TuCT6EWTRAk0PozeN7EI="
#define V3_URL                                                                                     \
	"https://pbx.example.com/hooks/"                                                           \
	"json?bodySHA256=e3630cb76f3aac7f789608ba950414cda12ff691ea3cbc5c3a50faa34cb74827"
#define V3_BODY      "{\"type\":\"probe\",\"n\":1}"
#define V3_SIGNATURE "E51xOEwDEwpk9jqDSv3ds8sSONA="

static gboolean
check_form(const char *const *with, const char *url, const char *body, const char *signature)
{
	g_autoptr(OffhookForm) form = offhook_form_parse(body, strlen(body), NULL);

	return offhook_twilio_signature_check(with, url, form, signature);
}

static void
test_form_post(void)
{
	g_assert_true(check_form(tokens, V1_URL, V1_BODY, V1_SIGNATURE));
	g_assert_true(check_form(tokens, V1_URL "#frag", V1_BODY, V1_SIGNATURE));
	g_assert_true(check_form(rotated, V1_URL, V1_BODY, V1_SIGNATURE));
	g_assert_false(check_form(others, V1_URL, V1_BODY, V1_SIGNATURE));
	g_assert_false(check_form(none, V1_URL, V1_BODY, V1_SIGNATURE));
	g_assert_false(check_form(tokens, V1_URL, V1_BODY "&x=1", V1_SIGNATURE));
	g_assert_false(check_form(tokens, V1_URL "&x=1", V1_BODY, V1_SIGNATURE));
	g_assert_false(check_form(tokens, V1_URL, V1_BODY, NULL));
	g_assert_false(check_form(tokens, V1_URL, V1_BODY, ""));
	g_assert_false(check_form(tokens, V1_URL, V1_BODY, "2iewTVOy7F7G8iXpqPCc9eZLuIw"));
	g_assert_false(check_form(tokens, V1_URL, V1_BODY, V1_SIGNATURE V1_SIGNATURE));
}

static void
test_ports(void)
{
	g_autoptr(OffhookForm) form = offhook_form_parse("a=b", 3, NULL);
	g_autofree char *bare =
	    offhook_twilio_signature_make(tokens[0], "https://h.example/p", form);
	g_autofree char *standard =
	    offhook_twilio_signature_make(tokens[0], "https://h.example:443/p", form);
	g_autofree char *other =
	    offhook_twilio_signature_make(tokens[0], "https://h.example:8443/p", form);
	g_autofree char *plain =
	    offhook_twilio_signature_make(tokens[0], "http://h.example:80/p", form);

	g_assert_true(check_form(tokens,
				 "https://pbx.example.com:443/hooks/twilio/voice?agent=sales",
				 V1_BODY, V1_SIGNATURE));
	g_assert_true(check_form(tokens, "https://h.example/p", "a=b", bare));
	g_assert_true(check_form(tokens, "https://h.example/p", "a=b", standard));
	g_assert_false(check_form(tokens, "https://h.example/p", "a=b", other));
	g_assert_true(check_form(tokens, "https://h.example:8443/p", "a=b", bare));
	g_assert_true(check_form(tokens, "https://h.example:8443/p", "a=b", other));
	g_assert_false(check_form(tokens, "https://h.example:8443/p", "a=b", standard));
	g_assert_true(check_form(tokens, "http://h.example/p", "a=b", plain));
}

static void
test_odd_authorities(void)
{
	g_autofree char *v6 = offhook_twilio_signature_make(tokens[0], "https://[::1]/p", NULL);
	g_autofree char *user =
	    offhook_twilio_signature_make(tokens[0], "https://u:p@h.example/p", NULL);

	g_assert_true(offhook_twilio_signature_check(tokens, "https://[::1]:443/p", NULL, v6));
	g_assert_true(
	    offhook_twilio_signature_check(tokens, "https://u:p@h.example:443/p", NULL, user));
	g_assert_false(offhook_twilio_signature_check(tokens, "no url", NULL, v6));
	g_assert_false(offhook_twilio_signature_check(tokens, "", NULL, v6));
	g_assert_false(offhook_twilio_signature_check(tokens, "https://[", NULL, v6));
}

/* Names bytewise, upper case first; the values of one name sorted, exact repeats once. */
static void
test_repeated_names(void)
{
	g_autofree char *right =
	    offhook_twilio_signature_make(tokens[0], "https://h.example/pBzaaab", NULL);
	g_autofree char *unsorted =
	    offhook_twilio_signature_make(tokens[0], "https://h.example/pBzabaa", NULL);
	g_autofree char *repeated =
	    offhook_twilio_signature_make(tokens[0], "https://h.example/pBzaaabab", NULL);

	g_assert_true(check_form(tokens, "https://h.example/p", "a=b&B=z&a=a&%61=b", right));
	g_assert_false(check_form(tokens, "https://h.example/p", "a=b&B=z&a=a&%61=b", unsorted));
	g_assert_false(check_form(tokens, "https://h.example/p", "a=b&B=z&a=a&%61=b", repeated));
}

static void
test_json_body(void)
{
	g_autoptr(GBytes) body = g_bytes_new_static(V3_BODY, strlen(V3_BODY));
	g_autoptr(GBytes) other = g_bytes_new_static("{}", 2);

	g_assert_true(offhook_twilio_signature_check(tokens, V3_URL, NULL, V3_SIGNATURE));
	g_assert_true(offhook_twilio_signature_check_body(V3_URL, body));
	g_assert_false(offhook_twilio_signature_check_body(V3_URL, other));
	g_assert_false(offhook_twilio_signature_check_body("https://pbx.example.com/", body));
	g_assert_false(
	    offhook_twilio_signature_check_body("https://pbx.example.com/?bodySHA256=", body));
}

static void
test_upgrade(void)
{
	static const char *const right[] = {
	    "wss://pbx.example.com/media/twilio", "https://pbx.example.com/media/twilio",
	    "wss://pbx.example.com:443/media/twilio", "https://pbx.example.com:443/media/twilio"};
	g_autofree char *slash =
	    offhook_twilio_signature_make(tokens[0], "wss://pbx.example.com/media/twilio/", NULL);
	g_autofree char *plain =
	    offhook_twilio_signature_make(tokens[0], "ws://127.0.0.1:3000/media/twilio", NULL);

	/* The vector itself: the URL as it is, not with another scheme. */
	g_assert_true(offhook_twilio_signature_check(tokens, right[0], NULL, V2_SIGNATURE));
	g_assert_false(offhook_twilio_signature_check(tokens, right[1], NULL, V2_SIGNATURE));
	g_assert_true(offhook_twilio_signature_check(tokens, right[2], NULL, V2_SIGNATURE));
	for (guint i = 0; i < G_N_ELEMENTS(right); i++)
		g_assert_true(
		    offhook_twilio_signature_check_upgrade(tokens, right[i], V2_SIGNATURE));
	g_assert_true(offhook_twilio_signature_check_upgrade(tokens, right[1], slash));
	g_assert_true(offhook_twilio_signature_check_upgrade(
	    tokens, "http://127.0.0.1:3000/media/twilio", plain));
	g_assert_false(offhook_twilio_signature_check_upgrade(
	    tokens, "https://pbx.example.com/media/other", V2_SIGNATURE));
	g_assert_false(offhook_twilio_signature_check_upgrade(tokens, "x", V2_SIGNATURE));
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/twilio/signature/form-post", test_form_post);
	g_test_add_func("/twilio/signature/ports", test_ports);
	g_test_add_func("/twilio/signature/odd-authorities", test_odd_authorities);
	g_test_add_func("/twilio/signature/repeated-names", test_repeated_names);
	g_test_add_func("/twilio/signature/json-body", test_json_body);
	g_test_add_func("/twilio/signature/upgrade", test_upgrade);
	return g_test_run();
}
