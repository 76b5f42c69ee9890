using Recurve.Kernels;

namespace Recurve.Devices.Skeletons;

/// <summary>
/// Solves a nonlinear recurrence within channels by Newton's method on the states between tiles of time (Newton.cl), or runs it step by step; for one call at a time.
/// As <see cref="Recurve.Kernels.Newton.NewtonForward{TBody, TMaps, V}"/> on the processor, but every channel of a sequence goes for itself.
/// </summary>
/// <param name="body">Of an <see cref="Contracts.INewtonBody"/>.</param>
/// <param name="tolerance">Greatest change of a state in the last iteration, relative to max(1, |state|).</param>
/// <param name="iterations">After as many, what is not solved is run step by step.</param>
internal sealed class DeviceNewton(DeviceBody body, double tolerance, int iterations)
{
    readonly DeviceRecurrence steps = DeviceRecurrence.Solved(body);

    int States => body.Signature.States;

    /// <summary>How the last forward call went; null: it ran step by step.</summary>
    public NewtonReport? Report { get; private set; }

    /// <inheritdoc cref="DeviceRecurrence.Forward"/>
    public void Forward(Accelerator device, RecurrentLaunch launch, Window window, nint lengths = 0)
    {
        var cut = TimeTiles.Of(Course.Newton, launch.Width, window);
        var sequences = (long)window.Batches * launch.Width;
        Report = null;
        if (!cut.IsSplit || sequences == 0)
        {
            steps.Forward(device, launch, window, lengths);
            return;
        }
        var signature = DeviceSignature.Of(body.Signature, launch);
        var program = ProgramOf(signature);
        using var scratch = new DeviceScratch(device);
        var numbers = cut.Units * States * launch.Width;
        nint guesses = scratch.Take(numbers * sizeof(float)), ends = scratch.Take(numbers * sizeof(float)), jacobians = scratch.Take(numbers * States * sizeof(double));
        nint stale = scratch.Take(cut.Units * launch.Width * sizeof(int)), status = scratch.Take(sequences * sizeof(int));
        nint counts = scratch.Take(sequences * sizeof(int)), updates = scratch.Take(sequences * sizeof(float)), open = scratch.Take(sizeof(int));

        Run("guess_starts", cut.Units);
        for (var iteration = 1; iteration <= iterations; iteration++)
        {
            Run("linearise_tiles", cut.Units);
            device.Clear(open, sizeof(int));
            Run("move_guesses", window.Batches, counts, updates, open, iteration, (float)tolerance);
            if (!IsSet(device, open)) break;
        }
        Walk(cut, cut.Units, ends, chosen: 0);
        Run("check_ends", window.Batches);
        Walk(cut with { Steps = Math.Max(1, window.Steps) }, window.Batches, tileEnds: 0, status);
        Report = ReportOf(device, program, window, launch.Width, (counts, updates, status));

        void Run(string kernel, long units, params ReadOnlySpan<Argument> own) => device.Launch(
            program, kernel, Grid.Over(units * launch.Width),
            DeviceRecurrence.Begin(signature, launch, window, cut.Steps, lengths).Add(guesses, ends, jacobians, stale, status).Add(own).AddForward().Span);

        void Walk(TimeTiles tiles, long units, nint tileEnds, nint chosen) => device.Launch(
            program, "walk_forward", Grid.Over(units * launch.Width),
            DeviceRecurrence.Begin(signature, launch, window, tiles.Steps, lengths).Add(guesses, cut.Tiles, tileEnds, chosen).AddForward().Span);
    }

    /// <summary>At the returned states the adjoint is linear: one scan, however they were found.</summary>
    /// <inheritdoc cref="DeviceRecurrence.Backward"/>
    public void Backward(Accelerator device, RecurrentLaunch launch, Window window, nint lengths = 0) => steps.Backward(device, launch, window, lengths);

    /// <summary>The text of the iterations.</summary>
    public DeviceProgram ProgramOf(DeviceSignature signature)
        => body.ProgramOf(signature, backward: false, "Rows.cl", "Recurrence.cl", "Forward.cl", "Bounds.cl", "Affine.cl", "Summary.cl", "Tiles.cl", "Newton.cl");

    // waits for the device
    static unsafe bool IsSet(Accelerator device, nint flag)
    {
        int value;
        device.Read(flag, &value, sizeof(int));
        return value != 0;
    }

    static unsafe NewtonReport ReportOf(Accelerator device, DeviceProgram program, Window window, int width, (nint Counts, nint Updates, nint Status) of)
    {
        using var scratch = new DeviceScratch(device);
        var result = scratch.Take(3L * window.Batches * sizeof(float));
        device.Launch(program, "report", Grid.Over(window.Batches), result, of.Counts, of.Updates, of.Status, width, window.Batches);
        var numbers = new float[3 * window.Batches];
        fixed (float* target = numbers) device.Read(result, target, numbers.Length * sizeof(float));
        var rows = numbers.Chunk(3).ToArray();
        return new((int)rows.Max(r => r[0]), rows.Max(r => r[1]), [.. Enumerable.Range(0, rows.Length).Where(i => rows[i][2] != 0).Select(i => window.FirstBatch + i)]);
    }
}
