using System.Diagnostics;
using System.Globalization;
using System.Net;
using Recurve.Streaming;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Samples;

/// <summary>A trained cell behind HTTP: one value in, one out.</summary>
public sealed class StreamingTests() : SampleProcess("Streaming.dll")
{
    [Theory, OnCpu, OnOpenCl]
    public async Task EachClientHasItsOwnState(string device)
    {
        Device = device;
        using Process process = StartAlone("--port", "0", "--iterations", "120", "--folder", PathOf("waves", ""));
        try
        {
            string address = "";
            while (address == "" && await process.StandardOutput.ReadLineAsync() is { } line)
                if (line.StartsWith("listening on ", StringComparison.Ordinal)) address = line["listening on ".Length..];
            Assert.True(address.StartsWith("http://127.0.0.1:", StringComparison.Ordinal), address == "" ? await process.StandardError.ReadToEndAsync() : address);
            using HttpClient http = new() { BaseAddress = new(address) };

            NextValue cell = new(24);
            cell.Load(PathOf("waves", "model.safetensors"));
            float[][] sent = [.. new[] { 9.0, 14.0 }.Select(length => Enumerable.Range(0, 20).Select(t => (float)Math.Sin(2 * Math.PI * t / length)).ToArray())];
            List<double>[] came = [[], []];
            for (int t = 0; t < 20; t++)
                for (int client = 0; client < 2; client++)
                    came[client].Add(await Post(http, $"client-{client}", sent[client][t].ToString("R", CultureInfo.InvariantCulture)));
            for (int client = 0; client < 2; client++)
            {
                double[] expected = cell.RunEagerly(Tensor.FromArray(sent[client], 1, 20, 1));
                Assert.All(expected.Zip(came[client]), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
                // trained: nearer to the next value than the present one is
                double Squares(Func<int, double> said) => Enumerable.Range(8, 11).Sum(t => Math.Pow(sent[client][t + 1] - said(t), 2));
                Assert.True(Squares(t => came[client][t]) < 0.5 * Squares(t => sent[client][t]));
            }

            Assert.Equal(HttpStatusCode.NoContent, (await http.DeleteAsync("client-0")).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await http.DeleteAsync("client-0")).StatusCode);
            Assert.Equal(came[0][0], await Post(http, "client-0", "0"));
            foreach (string text in (string[])["half", "0,5"])
            {
                HttpResponseMessage wrong = await http.PostAsync("client-0", new StringContent(text));
                Assert.Equal((HttpStatusCode.BadRequest, $"expected a number, not '{text}'\n"), (wrong.StatusCode, await wrong.Content.ReadAsStringAsync()));
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    static async Task<double> Post(HttpClient http, string client, string value)
        => double.Parse(await (await http.PostAsync(client, new StringContent(value))).EnsureSuccessStatusCode().Content.ReadAsStringAsync(), CultureInfo.InvariantCulture);
}
