using System.Globalization;
using Recurve;
using Recurve.Samples;
using Recurve.SeriesForecast;

string shipped = Path.Combine(AppContext.BaseDirectory, "load.csv");
if (args is ["generate", var target])
{
    File.WriteAllText(target, Series.Generate());
    return 0;
}
TrainingCommand command = new(
    "Learns to continue a series of numbers: measures itself on the last values, which it has not seen, then says those that come next. 'generate <file>' writes the series that comes with it.",
    iterations: 600, learningRate: 1e-2, quickly: (60, 1e-2));
Setting<string> file = command.Text("--file", "A CSV file of yours.", shipped);
Setting<string> column = command.Text("--column", "Name of the column, if not the last.", "");
Setting<int> horizon = command.Count("--horizon", "Values to forecast.", 48);
Setting<int> window = command.Count("--window", "Steps that a forecast looks back.", 96, quickly: 48);
Setting<int> units = command.Count("--units", "Width of each layer.", 32, quickly: 16);
Setting<int> batch = command.Count("--batch", "Windows in a minibatch.", 16);
return await command.InvokeAsync(
    args,
    parsed => $"forecast-{Path.GetFileNameWithoutExtension(file.Of(parsed))}",
    (parsed, run, cancel) =>
    {
        Series series = null!;
        Forecaster forecaster = null!;
        double[] known = null!, held = null!;
        Trainer Create()
        {
            series = Series.Read(file.Of(parsed), column.Of(parsed));
            int learned = Math.Max(series.Values.Length - horizon.Of(parsed), 0);
            (known, held) = (series.Values[..learned], series.Values[learned..]);
            forecaster = new(known, window.Of(parsed), units.Of(parsed), run.Seed);
            return new(forecaster.Network.To(Device.Default), new Adam(forecaster.Network.Parameters, run.LearningRate), run.For("Forecast") with
            {
                SequenceLength = window.Of(parsed),
                ValidateEvery = 20,
                EarlyStopping = new(Patience: 20),
                Schedule = new CosineAnnealing(run.Iterations, run.LearningRate / 20),
                Conclude = _ => FormattableString.Invariant(
                    $"root mean squared error of the last {held.Length} values {Error(forecaster.Continue(known, held.Length)):G4}; of the value before them {Error([.. held.Select(_ => known[^1])]):G4}"),
                Sections = Picture,
            });
        }
        double Error(double[] forecast) => Math.Sqrt(forecast.Zip(held, (f, t) => (f - t) * (f - t)).Average());
        Tensor Loss((Tensor Inputs, Tensor Targets) some)
            => Recurve.Loss.MeanSquaredError(forecaster.Network.Forward(some.Inputs.To(Device.Default)), some.Targets.To(Device.Default));
        IEnumerable<ReportSection> Picture()
        {
            int shown = Math.Min(4 * held.Length, known.Length), now = series.Values.Length;
            double[] next = forecaster.Continue(series.Values, held.Length);
            File.WriteAllLines(Path.Combine(run.Folder, "forecast.csv"), next.Select((v, i) => string.Create(CultureInfo.InvariantCulture, $"{now + i},{v:R}")).Prepend($"row,{series.Name}"));
            Curve Of(string name, string color, int from, IEnumerable<double> values) => new(name, [.. values.Select((v, i) => ((double)(from + i), v))], color);
            return
            [
                ReportSection.Of($"{series.Name}, continued", new Chart(series.Name, "row",
                [
                    Of("known", "#888888", known.Length - shown, series.Values[^(shown + held.Length)..]),
                    Of("forecast of what is known", "#1f6fc4", known.Length, forecaster.Continue(known, held.Length)),
                    Of("forecast", "#d2691e", now, next),
                ])),
            ];
        }
        return run.Train(Create, trainer =>
        {
            // the last fifth of what is known tells when to stop
            int fifth = known.Length / 5;
            return trainer.Fit(
                forecaster.Windows(known[..^fifth], 1, batch.Of(parsed), run.Seed), Loss, forecaster.Windows(known[^fifth..], window.Of(parsed) / 4 + 1, 64, null), Loss, cancel);
        });
    });
