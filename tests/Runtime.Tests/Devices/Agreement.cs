namespace Recurve.Runtime.Tests.Devices;

/// <summary>Holds a computation on a device against the same one on the processor: its result, and the gradients of its leaves.</summary>
static class Agreement
{
    /// <param name="device">Where.</param>
    /// <param name="what">For messages.</param>
    /// <param name="leaves">On the processor; copies are moved.</param>
    /// <param name="compute">From the leaves.</param>
    /// <param name="parameters">Moved to the device and back, with their gradients.</param>
    /// <param name="tolerance">Greatest difference, relative to the greatest number of a tensor.</param>
    public static void Check(string device, string what, Tensor[] leaves, Func<Tensor[], Tensor> compute, Module? parameters = null, float tolerance = 2e-6f)
    {
        float[][] expected = Run(leaves, compute, parameters, Device.Cpu), actual = Run(leaves, compute, parameters, Get(device));
        for (var i = 0; i < expected.Length; i++)
            Near($"{what} on {device}, {(i == 0 ? "result" : $"gradient {i - 1}")}", expected[i], actual[i], tolerance);
    }

    public static Device Get(string device) => Device.TryGet(device, out var found, out var whyNot) ? found : throw new InvalidOperationException(whyNot);

    public static void Near(string what, float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = Math.Max(1e-3f, expected.Where(float.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max());
        for (var i = 0; i < expected.Length; i++)
        {
            var same = float.IsFinite(expected[i]) ? Math.Abs(expected[i] - actual[i]) <= tolerance * scale : expected[i].Equals(actual[i]);
            Assert.True(same, $"{what}: element {i} is {actual[i]}, expected {expected[i]}");
        }
    }

    static float[][] Run(Tensor[] leaves, Func<Tensor[], Tensor> compute, Module? parameters, Device device)
    {
        parameters?.To(device);
        foreach (var p in parameters?.Parameters ?? []) p.Value.Grad = null;
        Tensor[] moved = [.. leaves.Select(leaf => leaf.Copy().To(device))];
        foreach (var leaf in moved) leaf.RequiresGrad = true;
        var y = compute(moved);
        var values = y.ToArray();
        y.Backward(GradientProbe.Normal(7, y.Shape).To(device));
        Tensor[] gradients = [.. moved.Select(leaf => leaf.Grad!), .. (parameters?.Parameters ?? []).Select(p => p.Grad!)];
        Assert.All(gradients.Append(y), tensor => Assert.Equal(device, tensor.Device));
        return [values, .. gradients.Select(g => g.ToArray())];
    }
}
